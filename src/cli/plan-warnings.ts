import { type Pacing, type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import type { StepPlan, ThinkTime } from '../plan/scenario.ts';
import { formatCount, formatCountOf } from '../shared/units.ts';
import { sanitizeForTerminal } from '../shared/text.ts';
import { formatDuration } from '../workload/values.ts';

/** Properties of a valid plan that are probably not meant, a line each. */
export function listWarnings({ jobs }: Plan): string[] {
  const warnings = jobs.filter(sendsRequests).flatMap((job) => warnOfUsers(job).concat(warnOfGraphql(job)));
  return warnings.map((text) => `warning: ${sanitizeForTerminal(text)}`);
}

/** Reports a pace that the users of a scenario cannot reach, because of their think time alone. */
function warnOfUsers({ name, connections, pacing, scenario }: RequestJobPlan): string[] {
  const rate = highestRateOf(pacing);
  const thinkMs = scenario === undefined ? 0 : thinkMsOf(scenario.steps);
  const needed = Math.ceil((rate * thinkMs) / 1000);
  if (needed <= connections) return [];
  const load = `${formatCount(rate)} iterations/s with ${formatDuration(Math.round(thinkMs))} of think time`;
  const need = `need ${formatCountOf(needed, 'connection')} plus the time of the responses`;
  return [`${name}: ${load} ${need}; there are ${formatCount(connections)}`];
}

function highestRateOf(pacing: Pacing): number {
  return pacing.kind === 'unlimited' ? 0 : Math.max(...pacing.segments.map(({ toRate }) => toRate));
}

/** Mean think time of the steps that certainly run, in milliseconds; those with a condition count as none. */
function thinkMsOf(steps: readonly StepPlan[]): number {
  return steps.reduce((total, step) => total + timesOf(step) * thinkMsOfOnce(step), 0);
}

function timesOf({ chance, condition, repetition }: StepPlan): number {
  if (condition !== undefined || repetition?.kind === 'for_each') return 0;
  return chance * (repetition === undefined ? 1 : (repetition.from + repetition.to) / 2);
}

function thinkMsOfOnce(step: StepPlan): number {
  const own = step.thinkTime === undefined ? 0 : meanMsOf(step.thinkTime);
  if (step.kind === 'request') return own;
  if (step.kind === 'group') return own + thinkMsOf(step.steps);
  const total = step.branches.reduce((sum, { weight }) => sum + weight, 0);
  return step.branches.reduce((sum, { weight, steps }) => sum + (weight / total) * thinkMsOf(steps), own);
}

function meanMsOf(time: ThinkTime): number {
  if (time.kind === 'constant') return time.ms;
  return time.kind === 'uniform' ? (time.fromMs + time.toMs) / 2 : time.meanMs;
}

/** Reports requests to GraphQL whose errors would count as ok. */
function warnOfGraphql({ name, mix, userOperations }: RequestJobPlan): string[] {
  return [...mix, ...userOperations].flatMap(({ step, http, expect }) => {
    const isGraphql = http.method === 'POST' && /\/graphql(?:[?/]|$)/i.test(http.path ?? '');
    if (!isGraphql || expect?.checks.some(({ subject }) => subject.kind === 'json') === true) return [];
    const place = step === '' ? name : `${name} · ${step}`;
    return [
      `${place}: GraphQL answers errors with status 200, which count as ok: add "expect": { "json": { "$.errors": { "absent": true } } }`,
    ];
  });
}
