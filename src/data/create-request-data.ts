import type { Clock } from '../shared/clock.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { RequestType } from '../shared/job-type.ts';
import { createDraw, type IntegerDistribution, maximumOf } from '../shared/distribution.ts';
import type { KeyChoice } from '../plan/key-choice.ts';
import type { JsonObject, RequestData } from '../templates/request-data.ts';
import type { Json } from '../shared/json.ts';
import { streamKey } from '../shared/random.ts';
import { dynamicTag, renumberTag, type Tag, type TagSource } from '../templates/tag.ts';
import { isoNow } from '../templates/tags/dates.ts';
import { loadVocabulary } from '../templates/vocabulary.ts';
import { compileDocument, type Sizing, savedTag } from './document.ts';
import { createDocumentIds } from './document-id.ts';
import {
  type DocumentSequence,
  type IterationDocuments,
  numberDocuments,
  numberIterationDocuments,
} from './document-numbers.ts';
import { type Feeder, feederTags, type RowNumbers } from './feeder.ts';
import { type Recording, recordedTags } from './recorded-requests.ts';
import { compileSyntax } from './syntax-text.ts';
import { compileAsTag, compileJson, compileStatement, compileText, compileValue } from './template.ts';

/** Properties of an operation that determine its data; compatible with an operation of the plan. */
export interface RequestDataOperation {
  readonly type: RequestType;
  /** Documents in one bulk request. */
  readonly batchSize: number;
  /** The document template, an object; `_id: "#id"` is added if absent. */
  readonly document: Json;
  /** Document fields that the request's templates may use. */
  readonly saved: readonly string[];
  readonly filter: JsonObject | undefined;
  readonly keys: KeyChoice;
  /** Documents that a scan reads. */
  readonly scanLength: IntegerDistribution;
  /** Target size of a document in bytes; 0: no padding. */
  readonly dataSize: IntegerDistribution;
  /** The bytes that `dataSize` counts: those of the document's JSON text, or of its field `data` alone. */
  readonly sizing: Sizing;
}

/** Properties of a job that determine its data; compatible with a job of the plan. */
export interface RequestDataJob {
  /** Index in the plan; separates the random streams of jobs. */
  readonly index: number;
  readonly collection: string;
  /** Number of workers, the maximum number of tickets in flight. */
  readonly connections: number;
  readonly mix: readonly RequestDataOperation[];
  readonly feeders: readonly Feeder[];
  /** Seed of document ids and contents; shared with other jobs and runs that use the documents. */
  readonly documentSeed: number;
  /** Requests of a file; absent: none. */
  readonly recorded?: Recording | undefined;
}

/** Properties of a scenario's step that determine its data. */
interface ScenarioData {
  /** Name of the step's random streams. */
  readonly place: string;
  /** Name of the random streams of variables. */
  readonly scope: 'iteration' | 'user';
  /** Returns the iteration of a request's number; for the steps of a user itself, the user's number. */
  readonly iterationOf: (number: number) => number;
  /** Returns the number of an iteration's user. */
  readonly userOf: (iteration: number) => number;
  /** Templates of `#vars.name`, one value for each iteration. */
  readonly variables: JsonObject;
  /** Value of a variable that a function has set; absent: no step calls one. */
  readonly setVariable?: ((name: string, iteration: number) => Json | undefined) | undefined;
  /** Captured values and numbers of the user, by the name after the `#`. */
  readonly named: ReadonlyMap<string, () => Tag>;
  readonly documents: IterationDocuments;
}

/** The seed also determines the values that depend on the ticket. */
export interface RequestDataOptions extends DocumentSequence {
  /** One of the job's operations. */
  readonly operation: RequestDataOperation;
  readonly job: RequestDataJob;
  /** Clock of `#now`. */
  readonly clock: Clock;
  /** Absent: the operation is not a step of a scenario. */
  readonly scenario?: ScenarioData | undefined;
}

const itself = (number: number): number => number;
/** Documents know neither iterations nor users; checks of the workload refuse feeders that need them there. */
const BY_NUMBER: RowNumbers = { default: itself, request: itself, iteration: itself, user: itself };

/**
 * Compiles an operation's templates.
 *
 * Documents are numbered per collection, in the order of the tickets that write them. The content of document `n`
 * depends on the job's `documentSeed`, the collection, and each field's place and template. A read that draws `n` can
 * therefore compute the key and any saved field of a document that another job wrote. All other values depend on the
 * seed, the job and the ticket.
 * @throws {LoadbotError} when the document template is not an object
 */
export async function createRequestData(options: RequestDataOptions): Promise<RequestData> {
  const { operation, job, seed, documentStride } = options;
  const { feeders, documentSeed } = job;
  const fields: JsonObject = { _id: '#id', ...templateFields(operation.document) };
  const at = Math.max(job.mix.indexOf(operation), 0);
  const countBefore = (ticket: number): number => options.mix.countBefore(at, ticket);
  const { scenario } = options;
  const numbering = { ...options, operation: at, keys: operation.keys };
  const { writtenDocument, requestedDocument } =
    scenario === undefined ? numberDocuments(numbering) : numberIterationDocuments(numbering, scenario.documents);
  const isWriting = operation.type === 'write' || operation.type === 'bulk_write';
  const id = createDocumentIds(documentSeed, job.collection);
  const documentToken = seedToken(documentSeed);
  const ticketToken = seedToken(seed);
  const shared = {
    now: isoNow(options.clock),
    vocabulary: await loadVocabulary([operation, options.scenario?.variables]),
  };
  const documentSource: TagSource = {
    ...shared,
    key: streamKey(documentSeed, job.collection, 'document'),
    id,
    ordinal: (number) => number,
    unique: (number) => `${number}${documentToken}`,
    named: feederTags(feeders, documentSeed, BY_NUMBER),
  };
  const ticketSource: TagSource = {
    ...shared,
    key: streamKey(seed, job.index, 'ticket', ...(scenario === undefined ? [] : [scenario.place])),
    id: (ticket) => id(requestedDocument(ticket)),
    ordinal: (ticket) => ticket,
    unique: (ticket) => `${ticket}x${job.index}${ticketToken}${scenario?.place ?? ''}`,
    named: new Map([
      ...operation.saved.map(
        (name) => [name, () => savedTag(name, fields, documentSource, requestedDocument)] as const,
      ),
      ...feederTags(
        feeders,
        isWriting ? documentSeed : seed,
        scenario === undefined ? rowNumbersOf(isWriting ? writtenDocument : countBefore) : stepRowNumbersOf(scenario),
      ),
      ...(scenario?.named ?? []),
      ...variableTags(options, shared),
      ...recordedTags(job.recorded, seed, job.index),
    ]),
  };

  const written = compileDocument(fields, documentSource, documentSeed, operation);
  const changed = compileDocument(fields, ticketSource, documentSeed, operation);
  const { _id: keyTemplate, ...others } = operation.filter ?? {};
  const key =
    keyTemplate === undefined
      ? savedTag('_id', fields, documentSource, requestedDocument)
      : compileAsTag(keyTemplate, ticketSource, filterPlace('_id'));
  const filters = Object.entries(others).map(
    ([name, template]) => [name, compileText(template, ticketSource, filterPlace(name))] as const,
  );
  const criteria = Object.entries(others).map(
    ([name, template]) => [name, compileValue(template, ticketSource, filterPlace(name))] as const,
  );
  const goesByKey = filters.length === 0 || keyTemplate !== undefined;
  const eachOf = <Item>(make: (number: number) => Item, ticket: number): Item[] => {
    const first = writtenDocument(ticket);
    return Array.from({ length: operation.batchSize }, (_, index) => make(first + index * documentStride));
  };

  return {
    documentJson: (ticket) => written.json(writtenDocument(ticket)),
    document: (ticket) => written.value(writtenDocument(ticket)),
    documentsJson: (ticket) => `[${eachOf(written.json, ticket).join(',')}]`,
    documents: (ticket) => eachOf(written.value, ticket),
    changesJson: changed.changesJson,
    changes: changed.changes,
    maxDataSize: operation.dataSize.kind === 'constant' ? undefined : maximumOf(operation.dataSize),
    key: key.text,
    scanLength: createDraw(operation.scanLength, streamKey(seed, job.index, at, 'scan_length')),
    filter: (ticket) => filters.map(([name, render]) => [name, render(ticket)] as const),
    criteria: (ticket) => {
      const fields: Record<string, Json> = goesByKey ? { _id: key.value(ticket) } : {};
      for (const [name, make] of criteria) fields[name] = make(ticket);
      return fields;
    },
    // The place is the template instead of a call counter, so the order of calls does not matter.
    text: (template, syntax = 'plain') =>
      compileSyntax(template, syntax, ticketSource, `text/${template}`, { key, collection: job.collection }),
    json: (template) => compileJson(template, ticketSource, 'json'),
    value: (template) => compileValue(template, ticketSource, 'json'),
    statement: (template) => compileStatement(template, ticketSource, `statement/${template}`),
  };
}

function rowNumbersOf(ofRequest: (ticket: number) => number): RowNumbers {
  return { ...BY_NUMBER, default: ofRequest, request: ofRequest };
}

/** By default all steps of an iteration use the same rows. */
function stepRowNumbersOf({ iterationOf, userOf }: ScenarioData): RowNumbers {
  const user = (number: number): number => userOf(iterationOf(number));
  return { default: iterationOf, request: itself, iteration: iterationOf, user };
}

/** Compiles the variables of a scenario: each has one value for an iteration. */
function variableTags(
  { scenario, seed, job }: RequestDataOptions,
  shared: Pick<TagSource, 'now' | 'vocabulary'>,
): readonly (readonly [string, () => Tag])[] {
  if (scenario === undefined) return [];
  const { scope, iterationOf, userOf, setVariable } = scenario;
  const source: TagSource = {
    ...shared,
    key: streamKey(seed, job.index, 'variables', scope),
    id: (number) => `${number}v${job.index}${seedToken(seed)}`,
    ordinal: (number) => number,
    unique: (number) => `${number}v${job.index}${seedToken(seed)}`,
    named: feederTags(job.feeders, seed, { ...BY_NUMBER, user: userOf }),
  };
  return Object.entries(scenario.variables).map(([name, template]) => [
    `vars.${name}`,
    () => {
      const drawn = compileAsTag(template, source, name);
      if (setVariable === undefined) return renumberTag(drawn, iterationOf);
      return dynamicTag((number) => {
        const iteration = iterationOf(number);
        const set = setVariable(name, iteration);
        return set === undefined ? drawn.value(iteration) : set;
      });
    },
  ]);
}

/** A short token that two different seeds rarely share; makes the e-mail addresses of runs distinct. */
function seedToken(seed: number): string {
  return `s${(streamKey(seed, 'unique') >>> 0).toString(36)}`;
}

function filterPlace(field: string): string {
  return `filter/${field}`;
}

function templateFields(template: Json): JsonObject {
  if (template === null || typeof template !== 'object' || Array.isArray(template)) {
    throw new LoadbotError('config_invalid', `a schema must be an object, not ${JSON.stringify(template)}`);
  }
  return template as JsonObject;
}
