import type { OpenedRun, RunHandle } from '../../../src/agent/opened-run.ts';
import { type RunStatus, toStatusDocument } from '../../../src/agent/status-document.ts';
import { failure, OK } from '../../../src/shared/outcome.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { JobSnapshot, Snapshot } from '../../../src/recorder/snapshot.ts';
import { ThresholdMonitor } from '../../../src/thresholds/threshold-monitor.ts';
import { buildJob, buildSnapshot, request } from '../../snapshot-builder.ts';
import { noopValidity, type Validity } from '../../../src/validity/finding.ts';
import { plan } from '../workload/planning.ts';

const STARTED_EPOCH_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A run with a given status until it is stopped. */
export class FakeRun implements RunHandle {
  state: RunHandle['state'] = 'running';
  startedEpochMs: number | undefined = STARTED_EPOCH_MS;
  validity: Validity = noopValidity;
  stops = 0;

  stop(): void {
    this.stops++;
    this.state = 'stopping';
  }

  abort(): void {
    this.stop();
  }
}

/** The plan that the statuses here are of. */
function shopPlan(): Promise<Plan> {
  return plan({
    connection_string: 'http://bob:hunter2@127.0.0.1:8080/api',
    name: 'shop',
    agent: { name: 'agent-1' },
    jobs: [{ type: 'write', collection: 'c' }],
  });
}

/** The parts of an opened run that its status is made of. */
export async function shopRun(
  snapshot: () => Snapshot,
  changes: Partial<Pick<OpenedRun, 'thresholds' | 'waits' | 'agents' | 'failures'>> = {},
): Promise<Parameters<typeof toStatusDocument>[0]> {
  return {
    plan: await shopPlan(),
    snapshot,
    thresholds: new ThresholdMonitor([]),
    waits: () => [],
    agents: () => [],
    failures: [],
    steering: { isPaused: false, changes: [] },
    ...changes,
  };
}

/** A paced job that has done one request a millisecond, each of 1 ms and 2 ms late, the first of them failed. */
export function readsAt(second: number, given: Partial<JobSnapshot> = {}): JobSnapshot {
  return buildJob({
    name: 'reads',
    status: 'in_progress',
    elapsedMs: second * 1000,
    durationMs: 60_000,
    paced: true,
    record: (recorder) => {
      for (let i = 0; i < second * 1000; i++) request(recorder, i === 0 ? failure('timeout') : OK, 1, 2);
    },
    ...given,
  });
}

/** The status of the run at a second of its life. */
export async function statusAt(second: number, jobs: readonly JobSnapshot[], run = new FakeRun()): Promise<RunStatus> {
  return toStatusDocument(await shopRun(() => buildSnapshot(jobs, STARTED_EPOCH_MS + second * 1000)), run);
}
