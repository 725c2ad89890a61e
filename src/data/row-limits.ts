import type { HttpOptions } from '../plan/target.ts';
import type { Json } from '../shared/json.ts';
import type { RequestType } from '../shared/job-type.ts';
import { splitTemplate } from '../templates/split-template.ts';
import { documentsBefore } from './document-numbers.ts';
import type { RowUse } from './feeder.ts';
import type { Mix } from './mix.ts';

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
  /** Iteration of a data sequence; absent: each is one. */
  readonly iterationOf?: ((sequence: number) => number) | undefined;
}

/** Data sequences from which on rows are missing; `Infinity`: never. */
export interface RowLimits {
  /** The job ends before this one. */
  readonly stopAt: number;
  /** For each operation: its requests fail from this one on, and the feeder that has no row for them. */
  readonly failures: readonly { readonly from: number; readonly feeder: string }[];
}

/** Finds where the rows of a job's feeders are used up; `undefined`: nowhere. */
export function findRowLimits(options: RowLimitOptions): RowLimits | undefined {
  const { mix, feeders } = options.job;
  const limited = feeders.filter(({ onEnd, per }) => onEnd !== 'restart' && per !== 'user');
  if (limited.length === 0) return undefined;
  let stopAt = Infinity;
  const failures = mix.map((operation, index) => {
    let failure = { from: Infinity, feeder: '' };
    for (const feeder of usedBy(operation, limited)) {
      const { name, onEnd, per, table } = feeder;
      const from = firstReaching(table.rows, numberOf(options, operation, index, per));
      if (onEnd === 'stop') stopAt = Math.min(stopAt, from);
      else if (from < failure.from) failure = { from, feeder: name };
    }
    return failure;
  });
  const isLimited = stopAt !== Infinity || failures.some(({ from }) => from !== Infinity);
  return isLimited ? { stopAt, failures } : undefined;
}

/** Returns the highest row number of an operation's request at a data sequence, as the tags select it. */
function numberOf(
  { job, mix, firstDocument, documentStride, iterationOf = (sequence) => sequence }: RowLimitOptions,
  { type, batchSize }: TemplateOperation,
  index: number,
  per: RowUse,
): (sequence: number) => number {
  if (per === 'iteration') return iterationOf;
  if (type !== 'write' && type !== 'bulk_write') return (sequence) => mix.countBefore(index, sequence);
  const before = documentsBefore(job.mix, mix);
  const last = type === 'bulk_write' ? batchSize - 1 : 0;
  return (sequence) => firstDocument + (before(sequence) + last) * documentStride;
}

/** First sequence whose number reaches a limit; the numbers do not fall. */
function firstReaching(limit: number, numberAt: (sequence: number) => number): number {
  let [below, reached] = [-1, 1];
  while (numberAt(reached) < limit) {
    if (reached > Number.MAX_SAFE_INTEGER / 4) return Infinity;
    [below, reached] = [reached, reached * 2];
  }
  while (reached - below > 1) {
    const middle = Math.floor((below + reached) / 2);
    if (numberAt(middle) < limit) below = middle;
    else reached = middle;
  }
  return reached;
}

/** Feeders whose rows the requests of an operation use. */
function usedBy(operation: TemplateOperation, feeders: readonly LimitedFeeder[]): LimitedFeeder[] {
  const { type, statement, http, filter, document } = operation;
  const hasOwnBody = statement !== undefined || http.body !== undefined || http.bodyForm !== undefined;
  const sendsDocument = !hasOwnBody && (type === 'write' || type === 'bulk_write' || type === 'update');
  const { path, headers, body, bodyForm } = http;
  const templates = [statement, path, headers, body, bodyForm, filter, sendsDocument ? document : undefined];
  const texts = templates.flatMap(textsOf);
  return feeders.filter(({ name }) =>
    texts.some((text) =>
      splitTemplate(text, (tag) => tag.startsWith(`${name}.`)).some(
        (part) => part.kind === 'named' || (part.kind === 'raw' && part.of.kind === 'named'),
      ),
    ),
  );
}

function textsOf(template: unknown): string[] {
  if (typeof template === 'string') return template.includes('#') ? [template] : [];
  return typeof template === 'object' && template !== null ? Object.values(template).flatMap(textsOf) : [];
}
