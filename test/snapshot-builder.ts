import { BUILT_IN_METRICS, type JobMetric } from '../src/shared/job-metric.ts';
import type { Outcome } from '../src/shared/outcome.ts';
import { allocateTally, tallyLayout, readTally } from '../src/recorder/tally.ts';
import { Recorder } from '../src/recorder/recorder.ts';
import type { JobSnapshot, Snapshot, Tally } from '../src/recorder/snapshot.ts';
import type { RunResult } from '../src/reports/report.ts';
import { noopValidity } from '../src/validity/finding.ts';

export const BOUNDS: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

const EPOCH_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Uses a real recorder and returns a snapshot as a reader gets it. */
export function recordTally(
  record: (recorder: Recorder) => void,
  { bounds = BOUNDS, paced = false, withStatuses = false, metrics = [] as readonly JobMetric[] } = {},
): Tally {
  const layout = tallyLayout(bounds, paced, false, withStatuses, [], metrics);
  const memory = allocateTally(layout);
  record(new Recorder(memory, layout));
  return readTally([memory], layout);
}

/** Starts and ends one request. For a paced job, with how late it started: its response time is the two together. */
export function request(recorder: Recorder, outcome: Outcome, serviceMs: number, lagMs?: number): void {
  recorder.start();
  if (lagMs !== undefined) recorder.lag(lagMs);
  recorder.finish(outcome, serviceMs, serviceMs + (lagMs ?? 0));
}

/** A built-in trend, and a counter and a trend of the workload. */
export const METRICS: readonly JobMetric[] = [
  { index: 0, name: 'first_byte', ...BUILT_IN_METRICS.first_byte, scope: 'requests' },
  { index: 1, name: 'orders_total', family: 'orders_total', type: 'counter', help: 'Orders.', scope: 'job' },
  { index: 2, name: 'cart_seconds', family: 'cart_seconds', type: 'trend', help: 'Time of carts.', scope: 'job' },
];

interface JobSketch extends Partial<Omit<JobSnapshot, 'measured' | 'warmUp'>> {
  readonly name: string;
  readonly paced?: boolean;
  readonly metrics?: readonly JobMetric[];
  readonly record?: (recorder: Recorder) => void;
  readonly recordWarmUp?: (recorder: Recorder) => void;
}

/** A job as its reader sees it: by default completed after 10 s without limits. */
export function buildJob({
  record = () => {},
  recordWarmUp,
  paced = false,
  metrics = [],
  ...given
}: JobSketch): JobSnapshot {
  const { status = 'completed' } = given;
  const ended = ['completed', 'failed', 'canceled'].includes(status);
  return {
    uuid: `uuid-of-${given.name}`,
    type: 'read',
    step: '',
    status: 'completed',
    opened: status !== 'pending',
    ranMs: ended ? 10_000 : undefined,
    endedEpochMs: ended ? EPOCH_MS + 10_000 : undefined,
    elapsedMs: 10_000,
    durationMs: Infinity,
    operations: Infinity,
    measured: recordTally(record, { paced, metrics }),
    warmUp: recordWarmUp && recordTally(recordWarmUp, { paced, metrics }),
    phases: [],
    ...given,
  };
}

export function buildSnapshot(jobs: readonly JobSnapshot[], epochMs = EPOCH_MS): Snapshot {
  return { epochMs, agent: 'agent-1', runId: 'run-1', workload: 'shop', endedMs: undefined, jobs };
}

const MACHINE: RunResult['machine'] = {
  cpuModel: 'Test 3000',
  cpus: 4,
  cpuLimit: undefined,
  memoryBytes: 8 * 2 ** 30,
  memoryLimitBytes: undefined,
  system: 'Test OS 12',
  kernel: 'Linux 6.1.0',
  arch: 'x64',
  node: 'v20.20.2',
};

export function buildResult(jobs: readonly JobSnapshot[], given: Partial<RunResult> = {}): RunResult {
  const startedEpochMs = Date.UTC(2026, 0, 2, 3, 4, 5);
  return {
    verdict: 'passed',
    exitStatus: 0,
    end: 'completed',
    partial: false,
    reason: undefined,
    startedEpochMs,
    endedEpochMs: startedEpochMs + 42_300,
    final: buildSnapshot(jobs, startedEpochMs + 42_300),
    planned: {},
    paces: {},
    sources: [],
    phases: [],
    waits: [],
    connections: {},
    failures: [],
    floor: undefined,
    deliveries: [],
    thresholds: [],
    validity: noopValidity,
    courses: {},
    target: 'http://127.0.0.1:8080',
    threads: 2,
    agents: [],
    changes: [],
    seed: 42,
    isSeedGiven: false,
    existing: {},
    versions: { 'loadbot-agent': '0.1.0', node: '20.20.2' },
    links: [],
    workloadAsRun: { connection_string: 'http://127.0.0.1:8080', jobs: [] },
    machine: MACHINE,
    ...given,
  };
}
