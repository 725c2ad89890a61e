import type { HttpOptions } from '../plan/target.ts';
import { firstWhere } from '../shared/first-where.ts';
import type { Json } from '../shared/json.ts';
import type { RequestType } from '../shared/job-type.ts';
import { splitTemplate } from '../templates/split-template.ts';
import { documentsBefore, type IterationDocuments } from './document-numbers.ts';
import type { RowUse } from './feeder.ts';
import type { Mix } from './mix.ts';

/** Number of data sequences that a job may use: their numbers remain exact. */
const MAX_SEQUENCE = 2 ** 51;

/** A feeder whose rows may be used up; compatible with a feeder of the plan. */
interface LimitedFeeder {
  readonly name: string;
  readonly per: RowUse;
  readonly onEnd: 'restart' | 'stop' | 'fail';
  readonly table: { readonly rows: number };
}

/** Templates of an operation; compatible with an operation of the plan. */
interface TemplateOperation {
  readonly type: RequestType;
  readonly batchSize: number;
  readonly document: Json;
  readonly filter: Json | undefined;
  readonly statement: Json | undefined;
  readonly http: Pick<HttpOptions, 'path' | 'headers' | 'body' | 'bodyForm'>;
}

interface RowLimitOptions {
  readonly job: { readonly mix: readonly TemplateOperation[]; readonly feeders: readonly LimitedFeeder[] };
  readonly mix: Mix;
  readonly firstDocument: number;
  readonly documentStride: number;
  /** Absent: the operations are not steps of a scenario. */
  readonly scenario?: ScenarioRows | undefined;
}

/** Rows of a scenario, whose tickets are iterations. */
interface ScenarioRows {
  readonly documents: IterationDocuments;
  /** Templates of all iterations: variables and conditions. */
  readonly templates: unknown;
  readonly users: UserRows;
}

/** Requests of users themselves, before and after their iterations. */
export interface UserRows {
  readonly operations: readonly TemplateOperation[];
  /** Largest number of executions of each operation by one user. */
  readonly executions: readonly number[];
  /** Whether each iteration is a new user, so that their numbers are those of the iterations. */
  readonly isPerIteration: boolean;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Numbers from which on rows are missing; `Infinity`: never. */
export interface RowLimits {
  /** The job ends before this ticket. */
  readonly stopAt: number;
  /** For each operation, and those of users after them: its requests fail from this data sequence on, and the feeder that has no row for them. */
  readonly failures: readonly { readonly from: number; readonly feeder: string }[];
}

/** Finds where the rows of a job's feeders are used up; `undefined`: nowhere. */
export function findRowLimits(options: RowLimitOptions): RowLimits | undefined {
  const { mix, feeders } = options.job;
  const limited = feeders.filter(({ onEnd, per }) => onEnd !== 'restart' && per !== 'user');
  if (limited.length === 0) return undefined;
  const shared = usedIn(options.scenario?.templates, limited);
  let stopAt = Infinity;
  const failures = mix.map((operation, index) => {
    let failure = { from: Infinity, feeder: '' };
    const times = options.scenario?.documents.steps[index]?.executions ?? 1;
    const limit = ({ name, onEnd, table }: LimitedFeeder, numberAt: (sequence: number) => number): void => {
      const from = firstReaching(table.rows, numberAt);
      if (onEnd === 'stop') stopAt = Math.min(stopAt, Math.floor(from / times));
      else if (from < failure.from) failure = { from, feeder: name };
    };
    for (const feeder of shared) limit(feeder, (sequence) => Math.floor(sequence / times));
    for (const feeder of usedIn(requestOf(operation), limited))
      limit(feeder, requestNumbers(options, index, feeder.per));
    if (!sendsDocument(operation)) return failure;
    for (const feeder of usedIn(operation.document, limited)) limit(feeder, documentNumbers(options, index));
    return failure;
  });
  const users = options.scenario && limitsOfUsers(options.scenario.users, limited);
  if (users !== undefined) {
    stopAt = Math.min(stopAt, users.stopAt);
    failures.push(...users.failures);
  }
  const isLimited = stopAt !== Infinity || failures.some(({ from }) => from !== Infinity);
  return isLimited ? { stopAt, failures } : undefined;
}

/** Rows for requests of users: by the number of the user, or of the request. Users do not end a job by their number. */
function limitsOfUsers(users: UserRows, limited: readonly LimitedFeeder[]): RowLimits {
  let stopAt = Infinity;
  const failures = users.operations.map((operation, index) => {
    let failure = { from: Infinity, feeder: '' };
    const times = users.executions[index] ?? 1;
    for (const { name, per, onEnd, table } of usedIn(withVariables(requestOf(operation), users.variables), limited)) {
      const from = per === 'request' ? table.rows : table.rows * times;
      if (onEnd === 'stop') {
        if (users.isPerIteration) stopAt = Math.min(stopAt, Math.floor(from / times));
      } else if (from < failure.from) failure = { from, feeder: name };
    }
    return failure;
  });
  return { stopAt, failures };
}

/** Templates of a request, with those of the variables that it uses. */
function withVariables(request: readonly unknown[], variables: UserRows['variables']): readonly unknown[] {
  const named = (name: string): boolean => isUsed(request, (tag) => tag === `vars.${name}`);
  return [...request, ...Object.entries(variables).flatMap(([name, template]) => (named(name) ? [template] : []))];
}

/** Returns the row number of an operation's request at a data sequence, as its tags select it. */
function requestNumbers(options: RowLimitOptions, index: number, per: RowUse): (sequence: number) => number {
  const { job, mix, scenario } = options;
  if (scenario !== undefined) {
    const times = scenario.documents.steps[index]?.executions ?? 1;
    return per === 'request' ? (sequence) => sequence : (sequence) => Math.floor(sequence / times);
  }
  if (isWriting(job.mix[index])) return documentNumbers(options, index);
  return (sequence) => mix.countBefore(index, sequence);
}

/** Returns the highest number of the documents of an operation's request. */
function documentNumbers(options: RowLimitOptions, index: number): (sequence: number) => number {
  const { job, mix, scenario, firstDocument, documentStride } = options;
  const operation = job.mix[index];
  // An update sends the fields of a document that exists, filled by the number of the request.
  if (!isWriting(operation)) return requestNumbers(options, index, 'default');
  const last = operation?.type === 'bulk_write' ? operation.batchSize - 1 : 0;
  const written =
    scenario === undefined
      ? documentsBefore(job.mix, mix)
      : iterationWrites(scenario.documents, index, operation?.batchSize ?? 1);
  return (sequence) => firstDocument + (written(sequence) + last) * documentStride;
}

/** Counts the documents that the steps of a scenario write before a request of one of them. */
function iterationWrites(
  documents: IterationDocuments,
  operation: number,
  batchSize: number,
): (sequence: number) => number {
  const { before, executions } = documents.steps[operation] ?? { before: 0, executions: 1 };
  return (sequence) =>
    Math.floor(sequence / executions) * documents.perIteration + before + (sequence % executions) * batchSize;
}

function isWriting(operation: TemplateOperation | undefined): boolean {
  return operation?.type === 'write' || operation?.type === 'bulk_write';
}

function sendsDocument({ type, statement, http }: TemplateOperation): boolean {
  const hasOwnBody = statement !== undefined || http.body !== undefined || http.bodyForm !== undefined;
  return !hasOwnBody && (type === 'write' || type === 'bulk_write' || type === 'update');
}

/** Templates of an operation's request, without its document. */
function requestOf({ statement, http, filter }: TemplateOperation): readonly unknown[] {
  const { path, headers, body, bodyForm } = http;
  return [statement, path, headers, body, bodyForm, filter];
}

/** First sequence whose number reaches a limit; `Infinity`: none does. The numbers do not fall. */
function firstReaching(limit: number, numberAt: (sequence: number) => number): number {
  const found = firstWhere(0, MAX_SEQUENCE, (sequence) => numberAt(sequence) >= limit);
  return found < MAX_SEQUENCE ? found : Infinity;
}

/** Feeders whose rows templates use. */
function usedIn(templates: unknown, feeders: readonly LimitedFeeder[]): LimitedFeeder[] {
  return feeders.filter(({ name }) => isUsed(templates, (tag) => tag.startsWith(`${name}.`)));
}

/** Whether templates name a value. */
function isUsed(templates: unknown, isNamed: (tag: string) => boolean): boolean {
  return textsOf(templates).some((text) =>
    splitTemplate(text, isNamed).some(
      (part) => part.kind === 'named' || (part.kind === 'raw' && part.of.kind === 'named'),
    ),
  );
}

function textsOf(template: unknown): string[] {
  if (typeof template === 'string') return template.includes('#') ? [template] : [];
  return typeof template === 'object' && template !== null ? Object.values(template).flatMap(textsOf) : [];
}
