import { formatCount, formatMs, formatRate } from '../shared/units.ts';
import { sanitizeForTerminal } from '../shared/text.ts';
import type { ProbeResult } from './evaluate-probe.ts';
import type { SearchResult } from './search-pace.ts';

/** Widths of the columns before the verdict. */
const WIDTHS = [12, 9, 9, 8] as const;

/** Head of the table of probes. */
export const SEARCH_HEAD = row(['pace', 'p50', 'p99', 'errors'], 'verdict');

/** Line of a probe. */
export function renderProbe({ pace, p50Ms, p99Ms, errors, verdict, reason }: ProbeResult): string {
  const duration = (ms: number | undefined): string => (ms === undefined ? '-' : formatMs(ms));
  const cells = [formatRate(pace), duration(p50Ms), duration(p99Ms), formatCount(errors)];
  return row(cells, reason === undefined ? verdict : `${verdict}: ${sanitizeForTerminal(reason)}`);
}

/** The answer, as lines. */
export function renderAnswer({ holds, fails, probes }: SearchResult): string[] {
  const measured = probes.at(-1)?.verdict === 'invalid' || probes.some(({ verdict }) => verdict === 'invalid');
  const note = measured
    ? ['a pace was not measurable: this machine may be the limit, see loadbot-agent calibrate']
    : [];
  if (holds === undefined) return [`not even ${formatRate(fails ?? NaN)} holds`, ...note];
  const above = fails === undefined ? 'the highest pace that --to allows' : `${formatRate(fails)} does not hold`;
  return [`highest pace: ${formatRate(holds)} (${above})`, ...note];
}

function row(cells: readonly string[], verdict: string): string {
  return [...cells.map((cell, index) => cell.padStart(WIDTHS[index] ?? 0)), ` ${verdict}`].join(' ');
}
