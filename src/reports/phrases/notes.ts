import { countsIterations } from '../../shared/job-type.ts';
import type { StatusCounts } from '../../shared/outcome.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatMs } from '../../shared/units.ts';
import type { WaitDocument } from '../../sources/documents.ts';
import { BUILT_IN_METRICS } from '../../shared/job-metric.ts';

/**
 * Describes when and for how long a finding lasted: `first seen after 4.0 s, for 3.0 s in all, worst after 6.0 s`.
 * Arguments in seconds; times from the start of the run.
 */
export function describeFindingTimes(firstSeen: number, lasted: number, worst: number): string {
  const first = `first seen after ${firstSeen.toFixed(1)} s`;
  return lasted === 0 ? first : `${first}, for ${lasted.toFixed(1)} s in all, worst after ${worst.toFixed(1)} s`;
}

/** Maximum number of codes shown; the others are summed. */
const NAMED = 8;

/** Formats responses by status code, the most frequent first: `200: 9,990 · 404: 10`; `undefined` without any. */
export function statusPhrase(counts: StatusCounts | null | undefined): string | undefined {
  const entries = Object.entries(counts ?? {}).toSorted(([, a], [, b]) => b - a);
  if (entries.length === 0) return undefined;
  // A single further code takes the space of the sum.
  const named = entries.length === NAMED + 1 ? NAMED + 1 : NAMED;
  const rest = entries.slice(named);
  const others = rest.reduce((sum, [, count]) => sum + count, 0);
  return [
    ...entries.slice(0, named).map(([code, count]) => `${code}: ${formatCount(count)}`),
    ...(rest.length === 0 ? [] : [`${rest.length} more codes: ${formatCount(others)}`]),
  ].join(' · ');
}

/** Shorter waits are not reported. */
const MIN_REPORTED_SECONDS = 1;

/** Waits to report: long ones, and those that did not succeed. */
export function reportableWaits(waits: readonly WaitDocument[]): readonly WaitDocument[] {
  return waits.filter(({ seconds, outcome }) => outcome !== 'held' || seconds >= MIN_REPORTED_SECONDS);
}

/** Describes the outcome of a wait: `reads waited 12.3s for backup_in_progress == 0`. */
export function describeWait({ job, condition, seconds, outcome, found }: WaitDocument): string {
  const took = formatMs(seconds * 1000);
  const ending = {
    held: `waited ${took} for ${condition}`,
    timed_out: `timed out after ${took} waiting for ${condition}: ${found}`,
    stopped: `was waiting for ${condition} when the run ended, after ${took}: ${found}`,
    waiting: `is waiting for ${condition}, for ${took}: ${found}`,
  } as const;
  return sanitizeForTerminal(`${job} ${ending[outcome]}`);
}

/** Names of a job in any form: snapshot, document or status. */
interface NamedJob {
  readonly name: string;
  readonly uuid: string;
  readonly type: string;
  /** Name of its operation; empty or null: none. */
  readonly step: string | null;
}

/** Display name of a job, or of its named operation: `shop · search`. */
export function stepTitle({ name, step }: Pick<NamedJob, 'name' | 'step'>): string {
  return step === null || step === '' ? name : `${name} · ${step}`;
}

/**
 * Display name of a job; a scenario has one entry for its iterations and one for each step, and a mixed job one entry per
 * named operation, and per request type of the others.
 */
export function jobTitle({ name, uuid, type, step }: NamedJob, jobs: readonly NamedJob[]): string {
  if (step !== null && step !== '') return stepTitle({ name, step });
  if (countsIterations({ type })) return `${name} · iterations`;
  return jobs.filter((job) => job.uuid === uuid).length > 1 ? `${name} · ${type}` : name;
}

/** Jobs of which each has its own lines; more jobs share a table or a line. */
export const MOST_DETAILED_JOBS = 5;

/** Title of an additional metric: in words for those of the agent, the name for those of the workload. */
export function metricTitle(name: string): string {
  return name in BUILT_IN_METRICS ? name.replaceAll('_', ' ') : name;
}
