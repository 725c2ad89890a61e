import { type OperationPlan, type Pacing, type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import { peakRecordedRate } from '../plan/recorded.ts';
import type { StepPlan, ThinkTime } from '../plan/scenario.ts';
import { nounOf } from '../shared/job-parts.ts';
import { formatCount, formatCountOf } from '../shared/units.ts';

/** Returns advice on a valid plan whose numbers would hardly be those that its user expects; a sentence each. */
export function adviseOn({ jobs }: Pick<Plan, 'jobs'>): readonly string[] {
  return jobs
    .filter(sendsRequests)
    .flatMap((job) => adviseOnUsers(job).concat(adviseOnGraphQl(job), adviseOnLeftOut(job)));
}

/** Users that think for longer than the pace allows. */
function adviseOnUsers(job: RequestJobPlan): readonly string[] {
  const { name, connections, pacing, scenario, thinkTime } = job;
  const rate = peakRate(pacing);
  const seconds = (meanMs(thinkTime) + stepsMs(scenario?.steps ?? [])) / 1000;
  const needed = Math.ceil(Number((rate * seconds).toPrecision(9)));
  if (needed < connections || seconds === 0) return [];
  const pace = `${Number(rate.toPrecision(6))} ${nounOf(job)}s/s`;
  const thinking = `${Number(seconds.toPrecision(3))} s of think time`;
  const need = `${formatCountOf(needed, 'connection')} plus the time of the responses`;
  return [`${name}: ${pace} with ${thinking} need ${need}; there are ${formatCount(connections)}`];
}

function peakRate(pacing: Pacing): number {
  if (pacing.kind === 'unlimited') return 0;
  if (pacing.kind === 'recorded') return peakRecordedRate(pacing);
  return Math.max(0, ...pacing.segments.flatMap(({ fromRate, toRate }) => [fromRate, toRate]));
}

/** Mean think time of the steps that are sure to run; a condition or a captured list may skip the others. */
function stepsMs(steps: readonly StepPlan[]): number {
  return steps.reduce((total, step) => total + stepMs(step), 0);
}

function stepMs(step: StepPlan): number {
  const { chance, condition, repetition, thinkTime } = step;
  if (condition !== undefined || repetition?.kind === 'for_each') return 0;
  const times = repetition === undefined ? 1 : (repetition.from + repetition.to) / 2;
  const own = thinkTime === undefined ? 0 : meanMs(thinkTime);
  return chance * times * (own + innerMs(step));
}

function innerMs(step: StepPlan): number {
  if (step.kind === 'request' || step.kind === 'function') return 0;
  if (step.kind === 'group') return stepsMs(step.steps);
  const weights = step.branches.reduce((total, { weight }) => total + weight, 0);
  return step.branches.reduce((total, { weight, steps }) => total + (weight / weights) * stepsMs(steps), 0);
}

function meanMs(time: ThinkTime): number {
  switch (time.kind) {
    case 'constant':
      return time.ms;
    case 'uniform':
      return (time.fromMs + time.toMs) / 2;
    case 'normal':
    case 'exponential':
    default:
      return time.meanMs;
  }
}

function adviseOnGraphQl({ name, mix }: RequestJobPlan): readonly string[] {
  return mix.filter(isUncheckedGraphQl).map(({ step }) => {
    const subject = step === '' ? name : `${name} · ${step}`;
    return `${subject}: GraphQL answers errors with status 200; check them with \`expect: { "json": { "$.errors": { "absent": true } } }\``;
  });
}

function isUncheckedGraphQl({ http: { method, path }, expect }: OperationPlan): boolean {
  const isGraphQl = method === 'POST' && path !== undefined && /\/graphql(?:[?#]|$)/.test(path);
  return isGraphQl && expect?.checks.every(({ subject }) => subject.kind !== 'json') !== false;
}

/** Requests of a file that are not sent. */
function adviseOnLeftOut({ name, recorded }: RequestJobPlan): readonly string[] {
  if (recorded === undefined || recorded.leftOut.length === 0) return [];
  const total = recorded.leftOut.reduce((sum, [, requests]) => sum + requests, 0);
  const reasons = recorded.leftOut.toSorted(([, a], [, b]) => b - a).slice(0, MOST_REASONS);
  const list = reasons.map(([reason, requests]) =>
    requests === total ? reason : `${formatCount(requests)} ${reason}`,
  );
  return [`${name}: ${formatCountOf(total, 'request')} of ${recorded.file} left out: ${list.join('; ')}`];
}

const MOST_REASONS = 5;
