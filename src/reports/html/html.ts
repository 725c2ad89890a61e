import type { ResultDocument } from '../document/result-document.ts';
import { finishSteps, type WorkInSteps } from '../work-in-steps.ts';
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
  return finishSteps(renderHtmlInSteps(document));
}

/** Renders the page in steps: the longest are those of a job, and of a source, of some 10 ms for an hour of values. */
export function* renderHtmlInSteps(document: ResultDocument): WorkInSteps<string> {
  const charts = new PageCharts();
  const overview = overviewSection(document, overviewCharts(document, charts));
  yield;
  const jobs = yield* jobSections(document, charts);
  const sources = yield* sourceSection(document, charts);
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
  const data = charts.toPageData(document);
  yield;
  const generator = `loadbot-agent ${document.versions['loadbot-agent'] ?? ''}`.trim();
  return renderPage({ title: document.workload, generator, main, data });
}
