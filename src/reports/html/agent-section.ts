import { formatMs } from '../../shared/units.ts';
import type { ResultDocument } from '../document/result-document.ts';
import { collapsible, type Content, markup, type Markup } from './markup.ts';
import { count } from './quantity.ts';
import { numbers, table, words } from './table.ts';

/** More agents than these are folded. */
const MOST_SHOWN = 20;

/** Renders the agents of a fleet; `undefined` for a run of one process. */
export function agentSection({ agents }: ResultDocument): Markup | undefined {
  if (agents.length === 0) return undefined;
  const columns = [
    words('agent'),
    words('host'),
    ...numbers('threads', 'requests', 'errors', 'p50', 'p99', 'started late', 'clock ±'),
    words('lost'),
  ];
  const duration = (seconds: number | null): string => (seconds === null ? '–' : formatMs(seconds * 1000));
  const rows = agents.map((agent): Content[] => [
    agent.name,
    agent.host,
    count(agent.threads),
    count(agent.requests),
    count(agent.errors),
    duration(agent.p50_seconds),
    duration(agent.p99_seconds),
    duration(agent.started_late_seconds),
    duration(agent.clock_offset_bound_seconds),
    agent.lost_at_seconds === null
      ? undefined
      : markup`<span class="bad">after ${duration(agent.lost_at_seconds)}; ${duration(agent.unreported_seconds)} unreported</span>`,
  ]);
  const content = table('Agents', columns, rows);
  const shown = agents.length > MOST_SHOWN ? collapsible(`${agents.length} agents`, content) : content;
  return markup`<section id="agents"><h2>Agents</h2>
${shown}</section>
`;
}
