import { NO_LABEL_RULES } from '../../../src/plan/label-rules.ts';
import { httpOptions } from '../../contract/driver/http-options.ts';
import type { RequestType } from '../../../src/shared/job-type.ts';
import type { RecordedPacing } from '../../../src/plan/recorded.ts';
import type { JobPlan, OperationPlan, Plan, RequestJobPlan } from '../../../src/plan/plan.ts';

type Changes = Partial<Omit<RequestJobPlan, 'type'>> &
  Partial<Pick<OperationPlan, 'batchSize' | 'keys' | 'filter'>> & { readonly type?: RequestType };

/** A job of a plan; by default one write over one connection. */
export function requestJob({ type = 'write', ...changes }: Changes = {}): RequestJobPlan {
  const index = changes.index ?? 0;
  const { batchSize = 100, keys = { distribution: 'uniform' }, filter, ...rest } = changes;
  const http = httpOptions('http://127.0.0.1:1').http;
  return {
    type,
    index,
    name: `job ${index}`,
    uuid: `uuid-${index}`,
    connections: 1,
    users: undefined,
    operationsPerUser: undefined,
    startAfterMs: 0,
    pacing: { kind: 'unlimited' },
    durationMs: Infinity,
    operations: 1,
    warmUpMs: 0,
    thinkTime: { kind: 'constant', ms: 0 },
    timeoutMs: 30_000,
    reconnect: undefined,
    overload: 'queue',
    drainMs: 5000,
    precisionMs: 0.15,
    trace: false,
    metrics: [],
    driverOptions: {},
    folder: '/workloads',
    database: undefined,
    collection: 'c',
    objectIds: false,
    existing: undefined,
    documentSeed: 1,
    mix: [
      {
        type,
        step: '',
        title: undefined,
        stream: undefined,
        transaction: undefined,
        weight: 1,
        batchSize,
        document: {},
        saved: [],
        keys,
        scanLength: { kind: 'uniform', from: 1, to: 100 },
        filter,
        dataSize: { kind: 'constant', value: 0 },
        sizing: 'document',
        statement: undefined,
        indexes: [],
        readFirst: false,
        http,
        expect: undefined,
        captures: [],
        maxBodyBytes: 1024 ** 2,
      },
    ],
    feeders: [],
    http,
    waitFor: undefined,
    abortWhen: [],
    userOperations: [],
    scenario: undefined,
    recorded: undefined,
    ...rest,
  };
}

/** A plan of these jobs, one after the other unless steps are given. */
export function planOf(jobs: readonly JobPlan[], changes: Partial<Plan> = {}): Plan {
  return {
    workload: 'test',
    runId: 'run',
    agent: 'agent',
    target: { driver: 'http', url: 'http://127.0.0.1:1', secretUrl: undefined },
    threads: 1,
    seed: 1,
    isSeedGiven: true,
    thresholds: [],
    allowInvalid: false,
    controlPort: undefined,
    allowLinkLocal: false,
    allowedFolders: undefined,
    grafana: undefined,
    files: [],
    secrets: [],
    asRun: {},
    sources: [],
    phases: [],
    jobs,
    steps: jobs.map((_, index) => [index]),
    metrics: {
      pushTargets: [],
      pullPort: undefined,
      pullHost: '127.0.0.1',
      bucketBounds: [0.01, 0.1],
      labelRules: NO_LABEL_RULES,
      goCompat: false,
      k6Compat: false,
      requireDelivery: false,
    },
    ...changes,
  };
}

/** A recorded schedule. @param roundMs time after which it begins again; absent: it does not */
export function recordedPacing(times: readonly number[], roundMs?: number): RecordedPacing {
  const shared = new SharedArrayBuffer(times.length * Float64Array.BYTES_PER_ELEMENT);
  new Float64Array(shared).set(times);
  return { kind: 'recorded', times: shared, speed: 1, roundMs };
}
