import { formatCountOf, formatMs } from '../../shared/units.ts';
import type { ResultDocument } from '../document/result-document.ts';
import { linkList } from './link-list.ts';
import { markup, type Markup } from './markup.ts';
import { outcomeOf } from './outcome.ts';

/** Renders the header: outcome, workload, target, time and agent. */
export function header(document: ResultDocument): Markup {
  const { workload, target, agent, started_at: startedAt, elapsed_seconds: seconds, threads, versions } = document;
  const { tone, title, detail } = outcomeOf(document);
  const facts = [
    ['started', markup`<time datetime="${startedAt}">${clockTime(startedAt)}</time>`],
    ['duration', markup`<data value="${seconds}">${formatMs(seconds * 1000)}</data>`],
    ['agent', agent],
    ['load', formatCountOf(threads, 'thread')],
    ['loadbot-agent', versions['loadbot-agent']],
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
