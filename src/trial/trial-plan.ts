import { LoadbotError } from '../shared/errors.ts';
import { type OperationPlan, type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import { onlyOperation } from '../plan/recorded.ts';
import type { ScenarioPlan, StepPlan } from '../plan/scenario.ts';

/**
 * Plan of a trial: every request once, in the order of the file, with one user and without pace, pauses, conditions of
 * the start, sources and thresholds. Operations of a mixed job become jobs of their own.
 * @param name of the only job to try; `undefined`: all
 * @throws {LoadbotError} `config_invalid` when no job has the name, or none sends requests
 */
export function planTrial(plan: Plan, name: string | undefined): Plan {
  const candidates = plan.jobs.filter(sendsRequests);
  const chosen = candidates.filter((job) => name === undefined || job.name === name);
  if (chosen.length === 0) throw withoutJobs(candidates, name);
  const once = chosen.flatMap((job) =>
    job.scenario === undefined ? job.mix.map((_, index) => tryOperation(job, index)) : [tryOnce(job, job.mix)],
  );
  const jobs = once.map((job, index): RequestJobPlan => Object.assign(job, { index }));
  const metrics = { ...plan.metrics, pushTargets: [], pullPort: undefined };
  const steps = jobs.map(({ index }) => [index]);
  return { ...plan, threads: 1, jobs, steps, thresholds: [], sources: [], phases: [], grafana: undefined, metrics };
}

function withoutJobs(candidates: readonly RequestJobPlan[], name: string | undefined): LoadbotError {
  if (name === undefined || candidates.length === 0) {
    return new LoadbotError('config_invalid', 'the workload has no job that sends requests');
  }
  const names = [...new Set(candidates.map((job) => JSON.stringify(job.name)))].join(', ');
  return new LoadbotError('config_invalid', `no job has the name ${JSON.stringify(name)}`, {
    hint: `--job is one of ${names}`,
  });
}

function tryOperation(job: RequestJobPlan, index: number): RequestJobPlan {
  const { mix, recorded } = job;
  return { ...tryOnce(job, mix.slice(index, index + 1)), recorded: recorded && onlyOperation(recorded, index) };
}

function tryOnce(job: RequestJobPlan, mix: readonly OperationPlan[]): RequestJobPlan {
  return {
    ...job,
    mix,
    connections: 1,
    pacing: { kind: 'unlimited' },
    users: undefined,
    operationsPerUser: undefined,
    startAfterMs: 0,
    durationMs: Infinity,
    operations: 1,
    warmUpMs: 0,
    thinkTime: { kind: 'constant', ms: 0 },
    reconnect: undefined,
    waitFor: undefined,
    abortWhen: [],
    scenario: job.scenario && tryScenario(job.scenario),
  };
}

function tryScenario(scenario: ScenarioPlan): ScenarioPlan {
  const { before, steps, after } = scenario;
  return { ...scenario, before: before.map(tryStep), steps: steps.map(tryStep), after: after.map(tryStep) };
}

/** The step once, for certain unless it has a condition, without a pause; all branches of a `one_of`, in order. */
function tryStep(step: StepPlan): StepPlan {
  const { repetition } = step;
  const once =
    repetition === undefined || repetition.kind === 'times'
      ? undefined
      : { kind: 'for_each' as const, list: repetition.list, limit: 1 };
  const flow = { chance: 1, condition: step.condition, repetition: once, thinkTime: undefined };
  switch (step.kind) {
    case 'request':
      return { kind: 'request', operation: step.operation, ...flow };
    case 'function':
      return { ...step, ...flow };
    case 'group':
      return { kind: 'group', steps: step.steps.map(tryStep), ...flow };
    case 'one_of':
    default: // all kinds are above
      return { kind: 'group', steps: step.branches.flatMap(({ steps }) => steps.map(tryStep)), ...flow };
  }
}
