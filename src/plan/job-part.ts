import { AFTER_RESPONSE } from './functions-plan.ts';
import type { JobMetric } from '../shared/job-metric.ts';
import { countsIterations, type PartType } from '../shared/job-type.ts';
import type { OperationPlan, RequestJobPlan } from './plan.ts';
import { firstOperationOf } from './scenario.ts';

/**
 * A part of a job that is counted together: operations with a common name, the unnamed ones of a type, or the
 * iterations of a scenario.
 */
export interface JobPart {
  readonly type: PartType;
  readonly step: string;
}

/** Part that counts the iterations of a scenario. */
const ITERATIONS: JobPart = { type: 'scenario', step: '' };

/** The parts of a job, each once: the iterations of a scenario, then its operations in order. */
export function partsOf({ mix, scenario }: RequestJobPlan): readonly JobPart[] {
  const parts = new Map(
    mix.map((operation): [string, JobPart] => {
      const part = { type: partTypeOf(operation), step: operation.step };
      return [`${part.type}/${part.step}`, part];
    }),
  );
  return scenario === undefined ? [...parts.values()] : [ITERATIONS, ...parts.values()];
}

/** Whether an operation is counted in a part. */
export function isOfPart(operation: CountedOperation, { type, step }: JobPart): boolean {
  return partTypeOf(operation) === type && operation.step === step;
}

type CountedOperation = Pick<OperationPlan, 'type' | 'step' | 'transaction'>;

function partTypeOf({ type, transaction }: CountedOperation): PartType {
  return transaction === undefined ? type : 'transaction';
}

/**
 * Share of a part among a job's tickets, by weight; 0 to 1. `undefined` for the steps of a scenario, whose number
 * follows from the responses.
 */
export function shareOfPart({ mix, scenario }: RequestJobPlan, part: JobPart): number | undefined {
  if (scenario !== undefined) return countsIterations(part) ? 1 : undefined;
  const weightOf = (operations: readonly OperationPlan[]): number =>
    operations.reduce((total, { weight }) => total + weight, 0);
  return weightOf(mix.filter((operation) => isOfPart(operation, part))) / weightOf(mix);
}

/** Whether response times and lags of a part are recorded: those of a scenario's later steps have no schedule. */
export function isPacedPart({ pacing, scenario, mix }: RequestJobPlan, part: JobPart): boolean {
  if (pacing.kind === 'unlimited') return false;
  if (scenario === undefined || countsIterations(part)) return true;
  const first = firstOperationOf(scenario);
  return mix.some((operation, index) => index === first && isOfPart(operation, part));
}

/** Additional metrics that a part records: those of the whole scenario with its iterations, all others with requests. */
export function metricsOfPart({ metrics, scenario, mix }: RequestJobPlan, part: JobPart): readonly JobMetric[] {
  const isOfJob = scenario === undefined || countsIterations(part);
  const isOfRequests = !countsIterations(part);
  const hasStreams = mix.some((operation) => operation.stream !== undefined && isOfPart(operation, part));
  return metrics.filter(({ scope }) => (scope === 'job' ? isOfJob : scope === 'streams' ? hasStreams : isOfRequests));
}

/** Names of the checks of a part's responses, each once. */
export function checkNamesOf({ mix, functions }: RequestJobPlan, part: JobPart): readonly string[] {
  const operations = mix.filter((operation) => isOfPart(operation, part));
  const checks = operations.flatMap(({ expect }) => expect?.checks ?? []).map(({ name }) => name);
  const hasFunction = functions?.hasAfterResponse === true && operations.length > 0;
  return [...new Set([...checks, ...(hasFunction ? [AFTER_RESPONSE] : [])])];
}

/** Single status codes that a job expects for a part of its requests, without ranges. */
export function expectedStatusesOf({ mix }: RequestJobPlan, part: JobPart): readonly string[] {
  const ranges = mix.filter((operation) => isOfPart(operation, part)).flatMap(({ http }) => http.expectStatus);
  return [...new Set(ranges.flatMap(([from, to]) => (from === to ? [String(from)] : [])))];
}
