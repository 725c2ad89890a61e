import type { RequestData } from '../templates/request-data.ts';
import { createMix, type Mix } from '../data/mix.ts';
import { createRecordedMix } from '../data/recorded-requests.ts';
import { streamKey } from '../shared/random.ts';
import type { Operation, ResponseNeeds } from '../drivers/driver.ts';
import { OperationChecks } from '../checks/operation-checks.ts';
import { checkNamesOf, isOfPart, partsOf } from '../plan/job-part.ts';
import type { OperationPlan, RequestJobPlan } from '../plan/plan.ts';
import { AFTER_RESPONSE } from '../plan/functions-plan.ts';
import { ResponseChecks, type ResponseFunction } from './response-checks.ts';
import type { CaptureSource, CheckSubject } from '../plan/response-plan.ts';
import type { RequestOperations } from './worker.ts';

/** Operations of a job, for its driver and its workers. */
interface Operations {
  /** Operations of the mix, in order, followed by the reads that precede updates. */
  readonly operations: readonly Operation[];
  /** For each operation of the mix. */
  readonly steps: readonly RequestOperations[];
}

/** Read of the document that an update changes: the same data without the body and the checks of the update. */
function readOf(update: Operation): Operation {
  const http = { ...update.http, method: undefined, body: undefined, expectStatus: [] };
  return {
    ...update,
    type: 'read',
    statement: undefined,
    http,
    needs: undefined,
    stream: undefined,
    isPreparation: true,
  };
}

/** Parts of a response that the checks and captures of an operation read. */
function needsOf({ expect, captures, maxBodyBytes }: OperationPlan): ResponseNeeds | undefined {
  const kinds = new Set<string>([
    ...(expect?.checks ?? []).map(({ subject }) => subject.kind),
    ...captures.map(({ source }) => source.kind),
  ]);
  if (kinds.size === 0) return undefined;
  const needs = (...parts: readonly (CheckSubject | CaptureSource)['kind'][]): boolean =>
    parts.some((part) => kinds.has(part));
  return {
    headers: needs('header', 'cookie'),
    body: needs('body', 'body_bytes', 'json', 'regex', 'row'),
    maxBytes: maxBodyBytes,
  };
}

/** Assigns an operation to each data sequence of the job; a scenario has iterations only. */
export function createJobMix({ mix, index, scenario, recorded }: RequestJobPlan, seed: number): Mix {
  if (recorded !== undefined) return createRecordedMix(recorded, seed, index);
  return createMix(scenario === undefined ? mix.map(({ weight }) => weight) : [1], streamKey(seed, index, 'mix'));
}

/**
 * Creates the checks of a job's operations, and of those of its users; `undefined`: none has any.
 * @param operations the driver's, in the same order
 * @param checkResponse function of the workload that checks each response; `undefined`: none
 */
export function createChecks(
  job: RequestJobPlan,
  operations: readonly Operation[],
  seed: number,
  checkResponse: ResponseFunction | undefined,
): ResponseChecks | undefined {
  const plans = [...job.mix, ...job.userOperations];
  const hasChecks = plans.some(({ expect }) => expect !== undefined);
  if (!hasChecks && checkResponse === undefined && job.scenario === undefined) return undefined;
  const parts = partsOf(job);
  const namesOf = (plan: OperationPlan): readonly string[] => {
    const part = parts.find((one) => isOfPart(plan, one));
    return part === undefined ? [] : checkNamesOf(job, part);
  };
  const checks = plans.map(
    (plan, index) =>
      plan.expect && new OperationChecks(plan.expect, namesOf(plan), seed, operations[index]?.materials.value),
  );
  if (checkResponse === undefined) return new ResponseChecks(checks);
  const indexes = plans.map((plan) => namesOf(plan).indexOf(AFTER_RESPONSE));
  return new ResponseChecks(checks, { check: checkResponse, indexes });
}

/** Creates the driver's operation of a plan. */
export function toOperation(plan: OperationPlan, materials: RequestData): Operation {
  const { type, title, batchSize, http, statement, indexes, transaction, stream } = plan;
  return { type, title, batchSize, http, statement, indexes, transaction, stream, materials, needs: needsOf(plan) };
}

/** @param materialsOf creates the data of an operation of the mix */
export async function createOperations(
  job: RequestJobPlan,
  materialsOf: (operation: OperationPlan) => Promise<RequestData>,
): Promise<Operations> {
  const operations = await Promise.all(job.mix.map(async (plan) => toOperation(plan, await materialsOf(plan))));
  const steps = job.mix.map(({ readFirst }, operation): RequestOperations => {
    const changes = operations[operation]!; // one for each
    const first = readFirst ? operations.push(readOf(changes)) - 1 : undefined;
    return { operation, first };
  });
  return { operations, steps };
}
