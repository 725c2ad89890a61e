import type { ResultDocument } from '../document/result-document.ts';
import { overviewCharts } from './charts/overview-charts.ts';
import { PageCharts } from './charts/page-charts.ts';
import { agentSection } from './agent-section.ts';
import { environmentSection } from './environment-section.ts';
import { header } from './header.ts';
import { jobSections } from './job-section.ts';
import { markup } from './markup.ts';
import { overviewSection } from './overview-section.ts';
import { renderPage } from './page-shell.ts';
import { sourceSection } from './source-section.ts';
import { thresholdSection } from './threshold-section.ts';
import { changeSection, validitySection, waitSection, warningSection } from './note-sections.ts';

/** Renders the result as one self-contained page: tables that work without a script, and charts. */
export function renderHtml(document: ResultDocument): string {
  const steps = renderHtmlInSteps(document);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Renders the page in steps of some 20 ms for an hour of three jobs, so that the caller can do other work between them. */
export function* renderHtmlInSteps(document: ResultDocument): Generator<undefined, string> {
  const charts = new PageCharts();
  const overview = overviewSection(document, overviewCharts(document, charts));
  yield;
  const jobs = jobSections(document, charts);
  yield;
  const sources = sourceSection(document, charts);
  const main = markup`${header(document)}
${validitySection(document)}
${thresholdSection(document)}
${waitSection(document)}
${changeSection(document)}
${warningSection(document)}
${overview}
${jobs}
${sources}
${agentSection(document)}
${environmentSection(document)}`;
  yield;
  const generator = `loadbot-agent ${document.versions['loadbot-agent'] ?? ''}`.trim();
  return renderPage({ title: document.workload, generator, main, charts: charts.toPageData(document) });
}
