import type { JsonObject } from '../templates/request-data.ts';
import type { Json } from '../shared/json.ts';
import type { Renderer, TagSource, Tag } from '../templates/tag.ts';
import { createDraw, type Draw, type IntegerDistribution, maximumOf } from '../shared/distribution.ts';
import { integersBetween, streamKey } from '../shared/random.ts';
import { compileFields, compileValue, isAscii, type ValueGenerator, compileAsTag, placeOf } from './template.ts';

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
  readonly dataSize: IntegerDistribution;
  readonly sizing: Sizing;
}

/** Place of the document itself; places of its fields extend it and select their random streams. */
const DOCUMENT_PLACE = '';

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
  const isPadded = maximumOf(dataSize) > 0 || sizing === 'data';
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

  const sizes = createDraw(dataSize, streamKey(source.key, 'data_size'));
  const padding = createPadding(sizes, maximumOf(dataSize), seed);
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

/** Bytes of `,"data":""`: overhead of the field without the padding. */
const FIELD_BYTES = 10;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Maximum filler length; longer paddings repeat it, at a distance beyond gzip's window of 32 KiB. */
const BLOCK = 65_536;
/** Number of start offsets in the filler, so that two documents rarely have the same padding. */
const OFFSETS = 4096;

/**
 * Returns the padding of a document, by its number and the bytes of its JSON text; `undefined` if no field `data` fits.
 */
type Padding = (documentNumber: number, bytes: number) => string | undefined;

/**
 * Creates the generator of the field `data`, which pads a document to a size.
 * @param sizes target sizes of the documents' JSON texts in bytes
 * @param largest maximum of the sizes
 */
function createPadding(sizes: Draw, largest: number, seed: number): Padding {
  const filler = makeFiller(seed, largest + OFFSETS);
  const offset = integersBetween(streamKey(seed, 'padding offset'), 0, OFFSETS - 1);
  return (documentNumber, bytes) => {
    const length = sizes(documentNumber) - bytes - FIELD_BYTES;
    if (length < 0) return undefined;
    const from = offset(documentNumber);
    return filler.slice(from, from + length);
  };
}

/** Random text: repeated letters would compress to almost nothing in storage and on the wire. */
function makeFiller(seed: number, length: number): string {
  const draw = integersBetween(streamKey(seed, 'padding'), 0, ALPHABET.length - 1);
  const block = Array.from({ length: Math.min(length, BLOCK) }, (_, index) => ALPHABET[draw(index)]).join('');
  return block.repeat(Math.ceil(length / block.length)).slice(0, length);
}

/**
 * Creates the tag of a saved field. No value is stored: the content of a document is a function of its number, so it
 * can be computed for any request that uses the document.
 * @param name a field, or the path to a nested one: `address.city`
 * @param about returns the document number of a ticket's request
 */
export function savedTag(name: string, fields: JsonObject, source: TagSource, about: (ticket: number) => number): Tag {
  const keys = Object.hasOwn(fields, name) ? [name] : name.split('.');
  const tag = compileAsTag(valueAt(fields, keys), source, keys.reduce(placeOf, DOCUMENT_PLACE));
  const asked = (render: Renderer): Renderer => {
    return (ticket) => render(about(ticket));
  };
  return {
    text: asked(tag.text),
    escaped: asked(tag.escaped),
    value: (ticket) => tag.value(about(ticket)),
    json: tag.json && asked(tag.json),
    isAscii: tag.isAscii,
    isUnreserved: tag.isUnreserved,
  };
}

/** Template of a field or a nested one; null if absent. */
function valueAt(fields: JsonObject, keys: readonly string[]): Json {
  let value: Json = fields;
  for (const key of keys) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return null;
    value = (value as JsonObject)[key]!; // has the key
  }
  return value;
}
