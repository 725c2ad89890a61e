import { LoadbotError } from '../shared/errors.ts';
import { type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import type { Threshold } from '../plan/threshold.ts';

/**
 * Finds the job to search with.
 * @param name its name; `undefined`: the only job that sends requests
 * @throws {LoadbotError} `config_invalid` when there is none, or more than one
 */
export function findJob({ jobs }: Plan, name: string | undefined): RequestJobPlan {
  const candidates = jobs.filter(sendsRequests);
  const found = name === undefined ? candidates : candidates.filter((job) => job.name === name);
  const [job] = found;
  if (job !== undefined && found.length === 1) return job;
  const names = [...new Set(candidates.map((one) => JSON.stringify(one.name)))].join(', ');
  const message =
    name === undefined
      ? 'the workload has several jobs'
      : found.length > 1
        ? `${found.length} jobs have the name ${JSON.stringify(name)}`
        : `no job has the name ${JSON.stringify(name)}`;
  throw new LoadbotError('config_invalid', message, {
    hint: found.length > 1 && name !== undefined ? 'give each job a name of its own' : `--job is one of ${names}`,
  });
}

/** Steps before that of a job, which prepare its documents. */
export function stepsBefore({ steps }: Plan, job: RequestJobPlan): Plan['steps'] {
  return steps.slice(
    0,
    steps.findIndex((step) => step.includes(job.index)),
  );
}

/** What a probe runs. */
interface ProbeLoad {
  /** Requests per second. */
  readonly pace: number;
  readonly durationMs: number;
  /** Steps before the job. */
  readonly before: Plan['steps'];
}

/** Plan of a probe: the job alone at a pace, with its warm-up and the thresholds about it. */
export function planProbe(plan: Plan, job: RequestJobPlan, { pace, durationMs, before }: ProbeLoad): Plan {
  const arrival = job.pacing.kind === 'paced' ? job.pacing.arrival : 'even';
  const segments = [{ durationMs: 0, fromRate: pace, toRate: pace }];
  const probe: RequestJobPlan = {
    ...job,
    pacing: { kind: 'paced', segments, arrival },
    durationMs,
    operations: Infinity,
    users: undefined,
    operationsPerUser: undefined,
    startAfterMs: 0,
    recorded: job.recorded && { ...job.recorded, repeats: true },
  };
  return {
    ...plan,
    jobs: plan.jobs.map((one) => (one === job ? probe : one)),
    steps: [...before, [job.index]],
    thresholds: plan.thresholds.filter((threshold) => appliesTo(threshold, job)),
    allowInvalid: false,
  };
}

/** Whether a threshold is about a job, or about the whole run. */
function appliesTo(threshold: Threshold, { uuid }: RequestJobPlan): boolean {
  return threshold.kind === 'query' || threshold.uuids.length === 0 || threshold.uuids.includes(uuid);
}
