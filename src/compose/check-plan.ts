import { maximumOf } from '../shared/distribution.ts';
import { systemClock } from '../shared/clock.ts';
import { LoadbotError } from '../shared/errors.ts';
import { driverOf, isBuiltIn } from '../driver-catalog.ts';
import type { DriverOptions, Operation } from '../drivers/driver.ts';
import { requirePeer } from '../drivers/optional-peer.ts';
import { type OperationPlan, type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import { endlessStream, manyValuedColumn, requestSizeFault } from './refused-fields.ts';
import { type JsonObject, type RequestData, type Statement, hasPlaceholders } from '../templates/request-data.ts';
import { splitTemplate } from '../templates/split-template.ts';

/** A request that the target's driver rejects. */
interface RejectedRequest {
  /** Index into the jobs of the plan. */
  readonly job: number;
  /** Index into the job's mix, continued by the operations of its users. */
  readonly operation: number;
  /** The invalid field, as a path from the job or operation; `undefined`: not a single field. */
  readonly field: readonly (string | number)[] | undefined;
  readonly message: string;
  readonly hint: string | undefined;
}

/**
 * Returns all requests of a plan that its driver would reject when a job is prepared. Does not load a client library.
 */
export async function findRejectedRequests(plan: Plan): Promise<RejectedRequest[]> {
  const jobs = plan.jobs.filter(sendsRequests);
  if (jobs.length === 0) return [];
  const { requestLanguage, loadRequestCheck } = driverOf(plan.target);
  const check = await loadRequestCheck();
  const rejected: RejectedRequest[] = [];
  for (const job of jobs) {
    for (const [index, operation] of [...job.mix, ...job.userOperations].entries()) {
      try {
        await check(optionsOf(plan, job, [toOperation(operation, job.collection)]));
        const refused =
          requestSizeFault(operation, plan.target) ??
          endlessStream(operation, job.timeoutMs) ??
          (requestLanguage === 'sql' ? manyValuedColumn(operation, job.feeders) : undefined);
        if (refused !== undefined) rejected.push({ job: job.index, operation: index, ...refused });
      } catch (error) {
        for (const one of error instanceof AggregateError ? (error.errors as unknown[]) : [error]) {
          if (!(one instanceof LoadbotError)) throw one;
          const { field, message, hint } = one;
          rejected.push({ job: job.index, operation: index, field, message, hint });
        }
      }
    }
  }
  return rejected;
}

/**
 * Checks that the target's driver can connect, without opening a connection.
 * @throws {LoadbotError} as a run: for a missing client library, or an invalid connection string
 */
export async function checkConnection(plan: Plan): Promise<void> {
  const entry = driverOf(plan.target);
  requirePeer(entry);
  const job = plan.jobs.find((one) => sendsRequests(one));
  if (job === undefined) return;
  const makeDriver = await entry.load();
  const driver = makeDriver(optionsOf(plan, job, []));
  try {
    await driver.check();
  } finally {
    await driver.close();
  }
}

function toOperation(plan: OperationPlan, collection: string): Operation {
  const { type, batchSize, http, statement, indexes, transaction } = plan;
  const materials = createSampleRequestData(plan, collection);
  return { type, batchSize, http, statement, indexes, transaction, materials };
}

function optionsOf(plan: Plan, job: RequestJobPlan, operations: readonly Operation[]): DriverOptions {
  const { target } = plan;
  return {
    // The address of the built-in target is known only when it runs.
    target: isBuiltIn(target) ? { ...target, url: 'http://127.0.0.1' } : target,
    operations,
    collection: job.collection,
    database: job.database,
    objectIds: job.objectIds,
    timeoutMs: job.timeoutMs,
    http: job.http,
    driverOptions: job.driverOptions,
    folder: job.folder,
    traceIds: undefined,
    metrics: job.metrics,
    sessions: 1,
    clock: systemClock(),
  };
}

/**
 * Sample data with the shape of an operation's templates, and the templates as values. Sufficient to check whether
 * requests can be compiled, without word lists and rows.
 */
function createSampleRequestData({ document, filter, dataSize }: OperationPlan, collection: string): RequestData {
  const changes: JsonObject = { ...(document as JsonObject), ...(maximumOf(dataSize) > 0 && { data: '' }) };
  const whole: JsonObject = { _id: '', ...changes };
  const { _id: key, ...others } = filter ?? {};
  const pairs = Object.keys(others).map((name) => [name, ''] as const);
  return {
    documentJson: () => '{}',
    document: () => whole,
    documentsJson: () => '[]',
    documents: () => [whole],
    changesJson: () => '{}',
    changes: () => changes,
    key: () => '',
    scanLength: () => 1,
    filter: () => pairs,
    criteria: () => (key === undefined && pairs.length > 0 ? others : { _id: key ?? '', ...others }),
    text: (template, syntax = 'plain') => {
      const filled = hasPlaceholders(syntax) ? template.replaceAll('{collection}', () => collection) : template;
      const varies = template.includes('#') || (hasPlaceholders(syntax) && template.includes('{key}'));
      return varies ? () => filled : filled;
    },
    json: (template) => () => JSON.stringify(template),
    value: (template) => () => template,
    statement: sampleStatement,
  };
}

/** Every tag is a parameter. */
function sampleStatement(template: string): Statement {
  const texts = [''];
  for (const part of splitTemplate(template, () => false)) {
    if (part.kind === 'text') texts[texts.length - 1] += part.text;
    else texts.push('');
  }
  return { texts, values: () => texts.slice(1).map(() => '') };
}
