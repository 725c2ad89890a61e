import type { Clock } from '../core/clock.ts';
import { LoadbotError } from '../core/errors.ts';
import type { RequestType } from '../core/job-type.ts';
import type { Materials } from '../core/materials.ts';
import type { Json } from '../core/target.ts';
import { compileDocument, fieldPlace } from './document.ts';
import { documentIds } from './document-id.ts';
import { isoNow } from './iso-now.ts';
import { integersBetween, streamKey } from './random.ts';
import type { Renderer, TagSource } from './tag.ts';
import { compileJson, compileText } from './template.ts';

type Fields = Readonly<Record<string, Json>>;

/** What of a job decides its data; a job of the plan fits. */
export interface MaterialsJob {
  readonly type: RequestType;
  /** Position in the plan: keeps the draws of two jobs apart. */
  readonly index: number;
  readonly collection: string;
  /** Documents in one bulk request. */
  readonly batchSize: number;
  /** The document template, an object; `_id: "#id"` is added when it has none. */
  readonly document: Json;
  readonly filter: Fields | undefined;
  /** Bytes that a document is padded to; 0: no padding. */
  readonly dataSize: number;
}

export interface MaterialsOptions {
  readonly job: MaterialsJob;
  readonly seed: number;
  /** Number of the first document that the job makes; its tickets count on from here. */
  readonly firstDocument: number;
  /** Documents of the collection that a read or update may aim at, numbered from 0; 0 counts as 1. */
  readonly population: number;
  /** Time of `#now`. */
  readonly clock: Clock;
}

/**
 * Compiles a job's templates.
 *
 * Documents are numbered per collection: ticket `s` of a write makes document `firstDocument + s`, of a bulk write the
 * `batchSize` documents from `firstDocument + s * batchSize` on. What document `n` holds follows from the seed, the
 * collection, the field's place and template, and `n`; so a read that draws `n` knows the key, and any field with the
 * same template, of a document that another job wrote. All else follows from the seed, the job and the ticket.
 * @throws {LoadbotError} when the document template is no object
 */
export function createMaterials(options: MaterialsOptions): Materials {
  const { job, seed } = options;
  const fields: Fields = { _id: '#id', ...templateFields(job.document) };
  const now = isoNow(options.clock);
  const id = documentIds(seed, job.collection);
  const about = documentAsked(options);
  const documentSource: TagSource = { key: streamKey(seed, job.collection, 'document'), id, now };
  const ticketSource: TagSource = { key: streamKey(seed, job.index, 'ticket'), id: (ticket) => id(about(ticket)), now };

  /** A filter's field: the asked document's own value if their templates agree, else a draw of the ticket's. */
  const compileCriterion = (name: string, template: Json): Renderer => {
    if (JSON.stringify(template) !== JSON.stringify(fields[name])) {
      return compileText(template, ticketSource, `filter/${name}`);
    }
    const render = compileText(template, documentSource, fieldPlace(name));
    return (ticket) => render(about(ticket));
  };

  const writer = compileDocument(fields, documentSource, seed, job.dataSize);
  const { _id: keyTemplate = fields['_id'] ?? null, ...criteria } = job.filter ?? {};
  const filters = Object.entries(criteria).map(([name, template]) => [name, compileCriterion(name, template)] as const);
  const step = documentsPerTicket(job);
  const documentMade = (ticket: number): number => options.firstDocument + ticket * step;
  const documentJson: Renderer = (ticket) => writer.document(documentMade(ticket));

  return {
    documentJson,
    document: (ticket) => JSON.parse(documentJson(ticket)) as Json,
    documentsJson: (ticket) => {
      const first = documentMade(ticket);
      let list = writer.document(first);
      for (let number = first + 1; number < first + job.batchSize; number++) list += `,${writer.document(number)}`;
      return `[${list}]`;
    },
    changesJson: (ticket) => writer.changes(documentMade(ticket)),
    key: compileCriterion('_id', keyTemplate),
    filter: (ticket) => filters.map(([name, render]) => [name, render(ticket)] as const),
    // The place is the template itself rather than a count of calls, so that the order of calls does not matter.
    text: (template) => compileText(template, ticketSource, `text/${template}`),
    json: (template) => compileJson(template, ticketSource, 'json'),
  };
}

/** The number of the document that a ticket's request is about: drawn from the population, or the one it makes. */
function documentAsked({ job, seed, firstDocument, population }: MaterialsOptions): (ticket: number) => number {
  if (job.type === 'read' || job.type === 'update') {
    return integersBetween(streamKey(seed, job.index, 'aim'), 0, Math.max(population, 1) - 1);
  }
  const step = documentsPerTicket(job);
  return (ticket) => firstDocument + ticket * step;
}

function documentsPerTicket(job: MaterialsJob): number {
  return job.type === 'bulk_write' ? job.batchSize : 1;
}

function templateFields(template: Json): Fields {
  if (template === null || typeof template !== 'object' || Array.isArray(template)) {
    throw new LoadbotError('config_invalid', `a schema must be an object, not ${JSON.stringify(template)}`);
  }
  return template as Fields;
}
