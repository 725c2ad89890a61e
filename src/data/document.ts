import type { Fields } from '../core/materials.ts';
import type { Json } from '../core/target.ts';
import { FIELD_BYTES, paddingTo } from './padding.ts';
import type { TagSource } from './tag-source.ts';
import type { Renderer } from './tag.ts';
import { compileFields, compileValue, isAscii, type Maker } from './template.ts';

/** Generates documents by number. */
export interface DocumentMaker {
  /** The complete document as JSON text. */
  readonly json: Renderer;
  readonly value: (number: number) => Fields;
  /** The same document without its `_id`. */
  readonly changesJson: Renderer;
  readonly changes: (number: number) => Fields;
}

/** Place of the document itself; places of its fields extend it and select their random streams. */
export const DOCUMENT_PLACE = '';

/**
 * Compiles a document template.
 * @param fields the template with its `_id`
 * @param dataSize target size of the document's JSON text in bytes, reached by a field `data` of random letters that
 *   replaces the template's `data`; 0: no padding. A larger document is unchanged
 */
export function compileDocument(fields: Fields, source: TagSource, seed: number, dataSize: number): DocumentMaker {
  const { _id: id = '#id', data, ...others } = fields;
  const part = dataSize > 0 || data === undefined ? others : { ...others, data };
  const whole = { _id: id, ...part };
  const renderWhole = compileFields(whole, source, DOCUMENT_PLACE);
  const renderPart = compileFields(part, source, DOCUMENT_PLACE);
  const make = compileValue(whole, source, DOCUMENT_PLACE) as (number: number) => Fields;
  const makePart = compileValue(part, source, DOCUMENT_PLACE) as (number: number) => Fields;
  if (dataSize === 0) {
    return {
      json: (number) => `{${renderWhole(number)}}`,
      value: make,
      changesJson: (number) => `{${renderPart(number)}}`,
      changes: makePart,
    };
  }

  const padding = paddingTo(dataSize, seed);
  const bytesOf = isAscii(whole, source) ? byLength(renderWhole(0)) : (text: string) => Buffer.byteLength(text);
  const padOf = (number: number, text: string): string | undefined => padding(number, bytesOf(text) + '{}'.length);
  const padded = (text: string, pad: string | undefined): string => {
    if (pad === undefined) return `{${text}}`;
    return text === '' ? `{"data":"${pad}"}` : `{${text},"data":"${pad}"}`;
  };
  return {
    json: (number) => {
      const text = renderWhole(number);
      return padded(text, padOf(number, text));
    },
    value: paddedMaker(compileValue({ ...whole, data: '' }, source, DOCUMENT_PLACE), make, (number, empty) =>
      padding(number, bytesOf(JSON.stringify(empty)) - FIELD_BYTES),
    ),
    // The same padding as in the complete document: an update sends as much as the document it changes.
    changesJson: (number) => padded(renderPart(number), padOf(number, renderWhole(number))),
    changes: paddedMaker(compileValue({ ...part, data: '' }, source, DOCUMENT_PLACE), makePart, (number) =>
      padOf(number, renderWhole(number)),
    ),
  };
}

/**
 * Returns a generator of padded values.
 * @param makeEmpty generates values with an empty field `data`; setting a field is much faster than adding one
 */
function paddedMaker(
  makeEmpty: Maker,
  makeBare: (number: number) => Fields,
  padOf: (number: number, empty: Fields) => string | undefined,
): (number: number) => Fields {
  return (number) => {
    // Copied, since constant values are shared by all numbers.
    const made: Record<string, Json> = { ...(makeEmpty(number) as Fields) };
    const pad = padOf(number, made);
    if (pad === undefined) return makeBare(number);
    made['data'] = pad;
    return made;
  };
}

/**
 * Returns a byte counter for texts that differ from the sample in ASCII only; counting the bytes of each text would
 * cost as much as generating it.
 */
function byLength(sample: string): (text: string) => number {
  const surplus = Buffer.byteLength(sample) - sample.length;
  return (text) => text.length + surplus;
}
