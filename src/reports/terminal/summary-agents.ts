import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatCountOf, formatMs } from '../../shared/units.ts';
import type { ResultDocument } from '../document/result-document.ts';
import { renderNamedTable } from './named-table.ts';
import type { Terminal } from './terminal.ts';

/** More agents than these are listed with `--verbose` only; lost ones always. */
const MOST_LISTED = 10;

const TITLES = ['threads', 'requests', 'errors', 'p50', 'p99', 'clock'] as const;
const DROP_ORDER = ['clock', 'threads', 'p50'] as const;

/** Renders the agents of a fleet; empty for a run of one process. */
export function renderAgents({ agents }: ResultDocument, screen: Terminal, verbose: boolean): string[] {
  if (agents.length === 0) return [];
  const listed = verbose || agents.length <= MOST_LISTED ? agents : agents.filter(isLost);
  const hidden = agents.length - listed.length;
  const rows = listed.map((agent) => ({
    name: sanitizeForTerminal(agent.name) + (isLost(agent) ? ' (lost)' : ''),
    cells: {
      threads: formatCount(agent.threads),
      requests: formatCount(agent.requests),
      errors: formatCount(agent.errors),
      p50: formatMs((agent.p50_seconds ?? NaN) * 1000),
      p99: formatMs((agent.p99_seconds ?? NaN) * 1000),
      clock: `±${formatMs((agent.clock_offset_bound_seconds ?? NaN) * 1000)}`,
    },
    style: isLost(agent) ? ('red' as const) : undefined,
  }));
  const more = hidden === 0 ? [] : [screen.style('dim', `${formatCountOf(hidden, 'agent')} more: --verbose`)];
  if (rows.length === 0) return ['', ...more];
  return ['', ...renderNamedTable({ heading: 'agents', titles: TITLES, dropOrder: DROP_ORDER, rows }, screen), ...more];
}

function isLost({ lost_at_seconds: lost }: ResultDocument['agents'][number]): boolean {
  return lost !== null;
}
