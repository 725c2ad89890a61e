import { formatCount, formatCountOf, formatMs } from '../../shared/units.ts';
import type { ResultDocument } from '../document/result-document.ts';
import { markup, type Markup } from './markup.ts';
import { webLinks } from '../phrases/dashboard-link.ts';
import { describeInterruption } from '../phrases/outcome.ts';

/** Renders the header: outcome, workload, target, time and agent. */
export function header(document: ResultDocument): Markup {
  const { workload, target, agent, agents, started_at: startedAt, elapsed_seconds: seconds, threads } = document;
  const { tone, title, detail } = outcomeOf(document);
  const facts = [
    ['started', markup`<time datetime="${startedAt}">${clockTime(startedAt)}</time>`],
    ['duration', markup`<data value="${seconds}">${formatMs(seconds * 1000)}</data>`],
    [agents.length === 0 ? 'agent' : 'coordinator', agent],
    ...(agents.length === 0 ? [] : [['agents', formatCount(agents.length)] as const]),
    ['load', formatCountOf(threads, 'thread')],
    ['loadbot-agent', document.versions['loadbot-agent']],
  ] as const;
  return markup`<header>
<p class="outcome ${tone}"><strong>${title}</strong> <span>${detail}</span></p>
<h1>${workload}</h1>
<p class="target">${target}</p>
<dl class="facts">${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${linkList(document)}</header>
`;
}

/** Formats a time as `2026-01-02 03:04:05 UTC`, independent of the reader's locale. */
function clockTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** Outcome of a run in a word or two, with the tone of its display. */
export interface DisplayedOutcome {
  readonly tone: 'good' | 'bad' | 'caution' | 'plain';
  readonly title: string;
  readonly detail: string;
}

/** Determines the outcome. A run without thresholds has neither passed nor failed, since no expectation was set. */
export function outcomeOf(document: ResultDocument): DisplayedOutcome {
  const { end, elapsed_seconds: seconds, reason, thresholds, validity } = document;
  const interruption = describeInterruption(document);
  if (interruption !== undefined) return { tone: 'caution', title: 'Interrupted', detail: interruption };
  const failed = thresholds.filter(({ ok }) => !ok).length;
  const after = formatMs(seconds * 1000);
  if (end === 'failed') return { tone: 'bad', title: 'Run failed', detail: reason ?? `after ${after}` };
  // Threshold results of an invalid measurement are meaningless.
  if (!validity.valid) return { tone: 'bad', title: 'Invalid', detail: 'the measurement is not to be trusted' };
  if (end === 'aborted') return { tone: 'bad', title: 'Aborted', detail: reason ?? `after ${after}` };
  if (failed > 0) return { tone: 'bad', title: 'Failed', detail: `${failed} of ${plural(thresholds.length)} failed` };
  if (end === 'stopped') return { tone: 'caution', title: 'Stopped early', detail: `after ${after}` };
  if (thresholds.length === 0) return { tone: 'plain', title: 'Completed', detail: 'no thresholds were set' };
  return {
    tone: 'good',
    title: 'Passed',
    detail: thresholds.length === 1 ? 'its threshold held' : `all ${plural(thresholds.length)} held`,
  };
}

function plural(thresholds: number): string {
  return `${thresholds} threshold${thresholds === 1 ? '' : 's'}`;
}

/** Renders links to other views of the run. */
export function linkList({ links }: ResultDocument): Markup | undefined {
  const pages = webLinks(links);
  if (pages.length === 0) return undefined;
  const shown = pages.map(
    ({ title, url }) => markup`<a href="${url}" rel="noreferrer">${title}</a>
`,
  );
  return markup`<p class="links">${shown}</p>
`;
}
