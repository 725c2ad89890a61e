import { stepTitle } from '../phrases/notes.ts';
import { nounOf } from '../../shared/job-parts.ts';
import { formatShare } from '../../shared/units.ts';
import { formatSigned } from '../document/phase-document.ts';
import type { ResultJob, ResultPhase } from '../document/result-document.ts';
import { type Content, markup, type Markup } from './markup.ts';
import { count, percentile, quantity } from './quantity.ts';
import { numbers, table, words } from './table.ts';

type Name = 'p50' | 'p99';

/** Renders requests during each phase of the system under test, compared with those outside of it. */
export function phaseTable(job: ResultJob): Markup | undefined {
  const phases = job.phases.filter(({ inside }) => inside.requests > 0);
  if (phases.length === 0) return undefined;
  const columns = [
    words('while in phase'),
    ...numbers(`${nounOf(job)}s`, 'errors', 'p50', 'outside', 'change', 'p99', 'outside', 'change'),
  ];
  return table(`Phases during ${stepTitle(job)}`, columns, phases.map(rowOf));
}

function rowOf(phase: ResultPhase): Content[] {
  const { name, inside } = phase;
  return [
    name,
    count(inside.requests),
    formatShare(inside.errors, inside.requests),
    ...comparison(phase, 'p50', 50),
    ...comparison(phase, 'p99', 99),
  ];
}

function comparison({ inside, outside, difference }: ResultPhase, name: Name, percent: number): Content[] {
  const cell = ({ latency }: ResultPhase['outside']): Markup =>
    percentile(latency.percentiles_seconds[name], percent, latency.count);
  return [cell(inside), cell(outside), change(difference[name] ?? null)];
}

/** Renders the difference inside the phase, if it is significant. */
function change(difference: ResultPhase['difference'][string]): Content {
  if (difference === null || difference.seconds === null) return undefined;
  const { seconds, low_seconds: low, high_seconds: high, is_more_than_noise: isNotable } = difference;
  if (!isNotable) return low === null || high === null ? undefined : markup`<small>noise</small>`;
  const ends = [low, high].map((end) => (end === null ? 'not known' : formatSigned(end)));
  const interval = `95 % confidence: ${ends.join(' to ')}`;
  return markup`<strong title="${interval}">${quantity(seconds, formatSigned)}</strong>`;
}
