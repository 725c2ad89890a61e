import { type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import type { RunRecord } from '../recorder/run-record.ts';
import { LoadbotError } from '../shared/errors.ts';

/**
 * Jobs of a plan that run now; only that with the name, if one is given.
 * @throws {LoadbotError} `config_invalid` for an unknown name; `agent_busy` if none runs
 */
export function selectRunning(
  { jobs }: Plan,
  record: RunRecord,
  name: string | undefined,
): readonly [RequestJobPlan, ...RequestJobPlan[]] {
  const all = jobs.filter(sendsRequests);
  const named = name === undefined ? all : all.filter((job) => job.name === name);
  if (named.length === 0) {
    throw new LoadbotError('config_invalid', `job ${JSON.stringify(name)} is unknown`, {
      hint: `the jobs are ${namesOf(all)}`,
    });
  }
  const [first, ...others] = named.filter(({ index }) => record.job(index)[0]?.isRunning);
  if (first === undefined) {
    throw new LoadbotError('agent_busy', name === undefined ? 'no job is running now' : `job ${name} is not running`);
  }
  return [first, ...others];
}

/**
 * Jobs whose pace can be changed.
 * @param rate in requests per second; `undefined`: by a factor
 * @throws {LoadbotError} if there are none, or a rate is ambiguous
 */
export function requirePace(
  running: readonly [RequestJobPlan, ...RequestJobPlan[]],
  rate: number | undefined,
): readonly RequestJobPlan[] {
  const paced = running.filter(({ pacing }) => pacing.kind === 'paced');
  const [first, second] = paced;
  if (first === undefined) {
    const isRecorded = running.some(({ pacing }) => pacing.kind === 'recorded');
    const why = isRecorded ? 'sends its requests at recorded times' : 'has no pace: it is as fast as its connections';
    throw new LoadbotError('agent_busy', `job ${running[0].name} ${why}`, {
      hint: isRecorded ? 'set `speed` in the workload' : 'change its connections, or set `pace` in the workload',
    });
  }
  if (rate === undefined) return paced;
  if (second !== undefined) {
    throw new LoadbotError('config_invalid', `several jobs with a pace are running: ${namesOf(paced)}`, {
      hint: 'name one (--job NAME), or change all by a factor, such as x2',
    });
  }
  if (constantRateOf(first) === undefined) {
    throw new LoadbotError('agent_busy', `the pace of job ${first.name} follows its stages`, {
      hint: 'change it by a factor, such as x0.5',
    });
  }
  return paced;
}

/**
 * The job whose connections can be changed to a number.
 * @param threads load threads of the run, each of which needs a connection
 * @throws {LoadbotError} if there is none, or the number is not possible
 */
export function requireConnections(
  running: readonly [RequestJobPlan, ...RequestJobPlan[]],
  connections: number,
  threads: number,
): RequestJobPlan {
  const [job, other] = running;
  if (other !== undefined) {
    throw new LoadbotError('config_invalid', `several jobs are running: ${namesOf(running)}`, {
      hint: 'name one (--job NAME)',
    });
  }
  if (job.users !== undefined || job.operationsPerUser !== undefined) {
    const why = job.users === undefined ? 'each have a number of operations' : 'follow their stages';
    throw new LoadbotError('agent_busy', `the users of job ${job.name} ${why}`);
  }
  const least = Math.min(threads, job.connections);
  if (Number.isInteger(connections) && connections >= least && connections <= job.connections) return job;
  throw new LoadbotError('config_invalid', `connections must be a whole number from ${least} to ${job.connections}`, {
    hint: `job ${job.name} has ${job.connections} in the workload; each load thread needs one`,
  });
}

/** Requests per second of a job with a constant pace; `undefined`: its pace changes. */
export function constantRateOf({ pacing }: RequestJobPlan): number | undefined {
  const rates = pacing.kind === 'paced' ? pacing.segments.flatMap(({ fromRate, toRate }) => [fromRate, toRate]) : [];
  const [rate] = rates;
  return rates.every((one) => one === rate) ? rate : undefined;
}

function namesOf(jobs: readonly RequestJobPlan[]): string {
  return jobs.map(({ name }) => name).join(', ');
}
