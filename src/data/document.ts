import type { JsonObject } from '../templates/request-data.ts';
import type { Json } from '../shared/json.ts';
import { FIELD_BYTES, createPadding } from './padding.ts';
import type { Renderer, TagSource } from '../templates/tag.ts';
import { compileFields, compileValue, isAscii, type ValueGenerator } from './template.ts';

/** Generates documents by number. */
export interface DocumentGenerator {
  /** The complete document as JSON text. */
  readonly json: Renderer;
  readonly value: (number: number) => JsonObject;
  /** The same document without its `_id`. */
  readonly changesJson: Renderer;
  readonly changes: (number: number) => JsonObject;
}

/** The bytes that `dataSize` counts: those of the document's JSON text, or of its field `data` alone. */
export type Sizing = 'document' | 'data';

interface DocumentSize {
  readonly dataSize: number;
  readonly sizing: Sizing;
}

/** Place of the document itself; places of its fields extend it and select their random streams. */
export const DOCUMENT_PLACE = '';

/**
 * Compiles a document template.
 * @param fields the template with its `_id`
 * @param size with the sizing `document`: target size of the document's JSON text in bytes, reached by a field `data` of
 *   random letters that replaces the template's `data`; 0: no padding. A larger document is unchanged. With the sizing
 *   `data`: letters of that field, which every document then has
 */
export function compileDocument(
  fields: JsonObject,
  source: TagSource,
  seed: number,
  { dataSize, sizing }: DocumentSize,
): DocumentGenerator {
  const { _id: id = '#id', data, ...others } = fields;
  const isPadded = dataSize > 0 || sizing === 'data';
  const part = isPadded || data === undefined ? others : { ...others, data };
  const whole = { _id: id, ...part };
  const renderWhole = compileFields(whole, source, DOCUMENT_PLACE);
  const renderPart = compileFields(part, source, DOCUMENT_PLACE);
  const make = compileValue(whole, source, DOCUMENT_PLACE) as (number: number) => JsonObject;
  const makePart = compileValue(part, source, DOCUMENT_PLACE) as (number: number) => JsonObject;
  if (!isPadded) {
    return {
      json: (number) => `{${renderWhole(number)}}`,
      value: make,
      changesJson: (number) => `{${renderPart(number)}}`,
      changes: makePart,
    };
  }

  const padding = createPadding(dataSize, seed);
  const bytesOf = isAscii(whole, source) ? byLength(renderWhole(0)) : (text: string) => Buffer.byteLength(text);
  const letters = (number: number): string | undefined => padding(number, -FIELD_BYTES);
  const padsOf = {
    data: { text: letters, value: letters, changes: letters },
    document: {
      text: (number: number, text: string) => padding(number, bytesOf(text) + '{}'.length),
      value: (number: number, empty: JsonObject) => padding(number, bytesOf(JSON.stringify(empty)) - FIELD_BYTES),
      // The same padding as in the complete document: an update sends as much as the document it changes.
      changes: (number: number) => padding(number, bytesOf(renderWhole(number)) + '{}'.length),
    },
  };
  const pads = padsOf[sizing];
  const padded = (text: string, pad: string | undefined): string => {
    if (pad === undefined) return `{${text}}`;
    return text === '' ? `{"data":"${pad}"}` : `{${text},"data":"${pad}"}`;
  };
  return {
    json: (number) => {
      const text = renderWhole(number);
      return padded(text, pads.text(number, text));
    },
    value: paddedMaker(compileValue({ ...whole, data: '' }, source, DOCUMENT_PLACE), make, pads.value),
    changesJson: (number) => padded(renderPart(number), pads.changes(number)),
    changes: paddedMaker(compileValue({ ...part, data: '' }, source, DOCUMENT_PLACE), makePart, pads.changes),
  };
}

/**
 * Returns a generator of padded values.
 * @param makeEmpty generates values with an empty field `data`; setting a field is much faster than adding one
 */
function paddedMaker(
  makeEmpty: ValueGenerator,
  makeBare: (number: number) => JsonObject,
  padOf: (number: number, empty: JsonObject) => string | undefined,
): (number: number) => JsonObject {
  return (number) => {
    // Copied, since constant values are shared by all numbers.
    const made: Record<string, Json> = { ...(makeEmpty(number) as JsonObject) };
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
