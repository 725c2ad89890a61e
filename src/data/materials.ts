import type { Clock } from '../core/clock.ts';
import { LoadbotError } from '../core/errors.ts';
import type { RequestType } from '../core/job-type.ts';
import type { KeyChoice } from '../core/key-choice.ts';
import type { Fields, Materials } from '../core/materials.ts';
import type { Json } from '../core/target.ts';
import { compileDocument } from './document.ts';
import { documentIds } from './document-id.ts';
import { numberDocuments } from './document-numbers.ts';
import { type Feeder, feederTags } from './feeder.ts';
import { isoNow } from './iso-now.ts';
import type { Mix } from './mix.ts';
import { streamKey } from './random.ts';
import { savedTag } from './saved-field.ts';
import { compileSyntax } from './syntax-template.ts';
import type { TagSource } from './tag-source.ts';
import { compileAsTag, compileJson, compileStatement, compileText, compileValue } from './template.ts';
import { loadVocabulary } from './vocabulary.ts';

/** What of an operation decides its data; one of the plan fits. */
export interface MaterialsOperation {
  readonly type: RequestType;
  /** Documents in one bulk request. */
  readonly batchSize: number;
  /** The document template, an object; `_id: "#id"` is added when it has none. */
  readonly document: Json;
  /** Fields of the document that the request's templates may name. */
  readonly saved: readonly string[];
  readonly filter: Fields | undefined;
  readonly keys: KeyChoice;
  /** Bytes that a document is padded to; 0: no padding. */
  readonly dataSize: number;
}

/** What of a job decides its data; a job of the plan fits. */
export interface MaterialsJob {
  /** Position in the plan: keeps the draws of two jobs apart. */
  readonly index: number;
  readonly collection: string;
  /** Workers: as many tickets may be under way at a time. */
  readonly connections: number;
  readonly mix: readonly MaterialsOperation[];
  readonly feeders: readonly Feeder[];
  /** Seed of the ids and contents of documents, which other jobs and runs may know them by. */
  readonly documentSeed: number;
}

export interface MaterialsOptions {
  /** One of the job's. */
  readonly operation: MaterialsOperation;
  readonly job: MaterialsJob;
  /** How the job's tickets are dealt to its operations. */
  readonly mix: Mix;
  /** Seed of all else: which documents are aimed at, and what follows from the ticket. */
  readonly seed: number;
  /** Number of the first document that the job makes; its tickets count on from here. */
  readonly firstDocument: number;
  /** From one document that the job makes to its next. */
  readonly documentStride: number;
  /** Documents of the collection that were there before the job, numbered from 0. */
  readonly population: number;
  /** Writes of the job are over if their tickets are below this number, which never falls; absent: nobody keeps count. */
  readonly overBelow?: (() => number) | undefined;
  /** Time of `#now`. */
  readonly clock: Clock;
}

/**
 * Compiles an operation's templates.
 *
 * Documents are numbered per collection, in the order of the tickets that write them. What document `n` holds follows from
 * the job's `documentSeed`, the collection, the field's place and template, and `n`; so a read that draws `n` knows the key, and any
 * saved field, of a document that another job wrote. All else follows from the seed, the job and the ticket.
 * @throws {LoadbotError} when the document template is no object
 */
export async function createMaterials(options: MaterialsOptions): Promise<Materials> {
  const { operation, job, seed, documentStride } = options;
  const { feeders, documentSeed } = job;
  const fields: Fields = { _id: '#id', ...templateFields(operation.document) };
  const at = Math.max(job.mix.indexOf(operation), 0);
  const { made, asked } = numberDocuments({ ...options, operation: at, keys: operation.keys });
  const isWriting = operation.type === 'write' || operation.type === 'bulk_write';
  const id = documentIds(documentSeed, job.collection);
  const documentToken = seedToken(documentSeed);
  const ticketToken = seedToken(seed);
  const shared = { now: isoNow(options.clock), vocabulary: await loadVocabulary(operation) };
  const documentSource: TagSource = {
    ...shared,
    key: streamKey(documentSeed, job.collection, 'document'),
    id,
    ordinal: (number) => number,
    unique: (number) => `${number}${documentToken}`,
    named: feederTags(feeders, documentSeed, (number) => number),
  };
  const ticketSource: TagSource = {
    ...shared,
    key: streamKey(seed, job.index, 'ticket'),
    id: (ticket) => id(asked(ticket)),
    ordinal: (ticket) => ticket,
    unique: (ticket) => `${ticket}x${job.index}${ticketToken}`,
    named: new Map([
      ...operation.saved.map((name) => [name, () => savedTag(name, fields, documentSource, asked)] as const),
      ...feederTags(
        feeders,
        isWriting ? documentSeed : seed,
        isWriting ? made : (ticket) => options.mix.countBefore(at, ticket),
      ),
    ]),
  };

  const written = compileDocument(fields, documentSource, documentSeed, operation.dataSize);
  const changed = compileDocument(fields, ticketSource, documentSeed, operation.dataSize);
  const { _id: keyTemplate, ...others } = operation.filter ?? {};
  const key =
    keyTemplate === undefined
      ? savedTag('_id', fields, documentSource, asked)
      : compileAsTag(keyTemplate, ticketSource, filterPlace('_id'));
  const filters = Object.entries(others).map(
    ([name, template]) => [name, compileText(template, ticketSource, filterPlace(name))] as const,
  );
  const criteria = Object.entries(others).map(
    ([name, template]) => [name, compileValue(template, ticketSource, filterPlace(name))] as const,
  );
  const goesByKey = filters.length === 0 || keyTemplate !== undefined;
  const eachOf = <Item>(make: (number: number) => Item, ticket: number): Item[] => {
    const first = made(ticket);
    return Array.from({ length: operation.batchSize }, (_, index) => make(first + index * documentStride));
  };

  return {
    documentJson: (ticket) => written.json(made(ticket)),
    document: (ticket) => written.value(made(ticket)),
    documentsJson: (ticket) => `[${eachOf(written.json, ticket).join(',')}]`,
    documents: (ticket) => eachOf(written.value, ticket),
    changesJson: changed.changesJson,
    changes: changed.changes,
    key: key.text,
    filter: (ticket) => filters.map(([name, render]) => [name, render(ticket)] as const),
    criteria: (ticket) => {
      const fields: Record<string, Json> = goesByKey ? { _id: key.value(ticket) } : {};
      for (const [name, make] of criteria) fields[name] = make(ticket);
      return fields;
    },
    // The place is the template itself rather than a count of calls, so that the order of calls does not matter.
    text: (template, syntax = 'plain') =>
      compileSyntax(template, syntax, ticketSource, `text/${template}`, { key, collection: job.collection }),
    json: (template) => compileJson(template, ticketSource, 'json'),
    value: (template) => compileValue(template, ticketSource, 'json'),
    statement: (template) => compileStatement(template, ticketSource, `statement/${template}`),
  };
}

/** A few letters that two runs of different seeds hardly share: what keeps their e-mail addresses apart. */
function seedToken(seed: number): string {
  return `s${(streamKey(seed, 'unique') >>> 0).toString(36)}`;
}

function filterPlace(field: string): string {
  return `filter/${field}`;
}

function templateFields(template: Json): Fields {
  if (template === null || typeof template !== 'object' || Array.isArray(template)) {
    throw new LoadbotError('config_invalid', `a schema must be an object, not ${JSON.stringify(template)}`);
  }
  return template as Fields;
}
