import type { ResultDocument } from '../document/result-document.ts';
import { overviewCharts } from './charts/overview-charts.ts';
import { PageCharts } from './charts/page-charts.ts';
import { embedJson, readScript, readStyle, sourceHash } from './page-files.ts';
import { agentSection } from './agent-section.ts';
import { environmentSection } from './environment-section.ts';
import { header } from './header.ts';
import { jobSections } from './job-section.ts';
import { Markup, markup } from './markup.ts';
import { overviewSection } from './overview-section.ts';
import { sourceSection } from './source-section.ts';
import { thresholdSection } from './threshold-section.ts';
import { validitySection, waitSection, warningSection } from './note-sections.ts';

/**
 * Renders the result as one self-contained page without network access: tables that work without a script, and charts.
 * All text of users and targets is escaped; in addition, the content security policy allows only the page's own script.
 */
export function renderHtml(document: ResultDocument): string {
  const charts = new PageCharts();
  const overview = overviewSection(document, overviewCharts(document, charts));
  const jobs = jobSections(document, charts);
  const sources = sourceSection(document, charts);
  const [style, script] = [readStyle(), readScript()];
  const policy = `default-src 'none'; script-src ${sourceHash(script)}; style-src ${sourceHash(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="loadbot-agent ${document.versions['loadbot-agent']}">
<title>${document.workload} · loadbot-agent</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
</head>
<body>
<main>
${header(document)}
${validitySection(document)}
${thresholdSection(document)}
${waitSection(document)}
${warningSection(document)}
${overview}
${jobs}
${sources}
${agentSection(document)}
${environmentSection(document)}
</main>
<noscript><p class="note">The charts need JavaScript; the tables work without it.</p></noscript>
<script type="application/json" id="page-data">${new Markup(embedJson(charts.toPageData(document)))}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}
