import { httpOptions } from '../../contract/driver/http-options.ts';
import type { JobPlan, Plan, RequestJobPlan } from '../../../src/plan/plan.ts';

/** A job as the engine gets it: one write over one connection, unless told otherwise. */
export function requestJob(changes: Partial<RequestJobPlan> = {}): RequestJobPlan {
  const index = changes.index ?? 0;
  return {
    type: 'write',
    index,
    name: `job ${index}`,
    uuid: `uuid-${index}`,
    connections: 1,
    pacing: { kind: 'unlimited' },
    durationMs: Infinity,
    operations: 1,
    warmUpMs: 0,
    thinkTimeMs: 0,
    timeoutMs: 30_000,
    overload: 'queue',
    drainMs: 5000,
    batchSize: 100,
    database: undefined,
    collection: 'c',
    document: {},
    filter: undefined,
    dataSize: 0,
    http: httpOptions('http://127.0.0.1:1').http,
    ...changes,
  };
}

/** A plan of these jobs, one after the other unless steps are given. */
export function planOf(jobs: readonly JobPlan[], changes: Partial<Plan> = {}): Plan {
  return {
    workload: 'test',
    runId: 'run',
    agent: 'agent',
    target: { driver: 'http', url: 'http://127.0.0.1:1' },
    threads: 1,
    seed: 1,
    controlPort: undefined,
    jobs,
    steps: jobs.map((_, index) => [index]),
    metrics: {
      pushUrl: undefined,
      pushIntervalMs: 10_000,
      pullPort: undefined,
      pullHost: '127.0.0.1',
      bucketBounds: [0.01, 0.1],
    },
    ...changes,
  };
}
