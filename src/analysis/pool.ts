import {
  type Distribution,
  errorsOf,
  type JobSnapshot,
  type MetricValue,
  requestsOf,
  type Snapshot,
  type Tally,
} from '../recorder/snapshot.ts';

/** Merged durations of several jobs. */
export interface PooledDurations {
  readonly latency: Distribution['latency'];
  readonly sumSeconds: number;
  readonly maxSeconds: number;
}

/** Summed counters and merged durations of some jobs of a run. */
export interface PooledJobs {
  readonly requests: number;
  readonly errors: number;
  /** Failed checks of responses. */
  readonly failedChecks: number;
  readonly miss: number;
  readonly started: number;
  readonly skipped: number;
  /** Milliseconds during which at least one of the jobs sent measured load. */
  readonly elapsedMs: number;
  /** Whether all jobs have ended. */
  readonly ended: boolean;
  /** Merged durations of one kind; `undefined` if no job recorded that kind. */
  durations(kind: DurationKind): PooledDurations | undefined;
  /** Sum of an additional counter; `undefined` if no job records it. */
  total(metric: string): number | undefined;
  /** Merged durations of an additional trend; `undefined` if no job records it. */
  trend(metric: string): PooledDurations | undefined;
}

/** `usual`: response time of paced jobs, service time of others. */
type DurationKind = 'usual' | 'service' | 'response' | 'lag';

/** @param parts job snapshots, one per request type of a mixed job */
export function poolJobs(parts: readonly JobSnapshot[], { epochMs }: Pick<Snapshot, 'epochMs'>): PooledJobs {
  const total = (count: (tally: Tally) => number): number =>
    parts.reduce((sum, { measured }) => sum + count(measured), 0);
  return {
    requests: total(requestsOf),
    errors: total(errorsOf),
    failedChecks: total(({ checks }) => Object.values(checks).reduce((sum, count) => sum + count, 0)),
    miss: total(({ miss }) => miss),
    started: total(({ started }) => started),
    skipped: total(({ skipped }) => skipped),
    elapsedMs: unionMs(parts.map((part) => measuredSpan(part, epochMs))),
    ended: parts.every(({ endedEpochMs }) => endedEpochMs !== undefined),
    durations: (kind) => {
      const found = parts.map(({ measured }) => distributionOf(measured, kind)).filter((one) => one !== undefined);
      return found.length === 0 ? undefined : poolDurations(found);
    },
    total: (name) => {
      const totals = valuesOf(parts, name).flatMap((value) => value.total ?? []);
      return totals.length === 0 ? undefined : totals.reduce((sum, one) => sum + one, 0);
    },
    trend: (name) => {
      const found = valuesOf(parts, name).flatMap((value) => value.durations ?? []);
      return found.length === 0 ? undefined : poolDurations(found);
    },
  };
}

function valuesOf(parts: readonly JobSnapshot[], name: string): readonly MetricValue[] {
  return parts.flatMap(({ measured }) => measured.metrics.filter(({ metric }) => metric.name === name));
}

/** Response time of a paced job, service time of any other. */
export function primaryLatency({ response, service }: Tally): Distribution {
  return response ?? service;
}

function distributionOf(tally: Tally, kind: DurationKind): Distribution | undefined {
  return kind === 'usual' ? primaryLatency(tally) : tally[kind];
}

function poolDurations(found: readonly Distribution[]): PooledDurations {
  return {
    latency: found.map(({ latency }) => latency).reduce((a, b) => a.plus(b)),
    sumSeconds: found.reduce((sum, { sumSeconds }) => sum + sumSeconds, 0),
    maxSeconds: Math.max(...found.map(({ maxSeconds }) => maxSeconds)),
  };
}

type Span = readonly [fromMs: number, toMs: number];

/** On an axis without the pauses of the run. */
function measuredSpan({ elapsedMs, endedEpochMs, pauses }: JobSnapshot, epochMs: number): Span {
  const toMs = (endedEpochMs ?? epochMs) - (pauses?.runMs ?? 0);
  return [toMs - elapsedMs, toMs];
}

/** Length of the union of the spans; overlaps count once. */
function unionMs(spans: readonly Span[]): number {
  let coveredMs = 0;
  let untilMs = -Infinity;
  for (const [fromMs, toMs] of spans.toSorted(([a], [b]) => a - b)) {
    coveredMs += Math.max(0, toMs - Math.max(fromMs, untilMs));
    untilMs = Math.max(untilMs, toMs);
  }
  return coveredMs;
}
