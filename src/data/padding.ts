import { integersBetween, streamKey } from '../shared/random.ts';

/** Bytes of `,"data":""`: overhead of the field without the padding. */
export const FIELD_BYTES = 10;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Maximum filler length; longer paddings repeat it, at a distance beyond gzip's window of 32 KiB. */
const BLOCK = 65_536;
/** Number of start offsets in the filler, so that two documents rarely have the same padding. */
const OFFSETS = 4096;

/**
 * Returns the padding of a document, by its number and the bytes of its JSON text; `undefined` if no field `data` fits.
 */
export type Padding = (documentNumber: number, bytes: number) => string | undefined;

/**
 * Creates the generator of the field `data`, which pads a document to a size.
 * @param dataSize target size of the document's JSON text in bytes
 */
export function createPadding(dataSize: number, seed: number): Padding {
  const filler = makeFiller(seed, dataSize + OFFSETS);
  const offset = integersBetween(streamKey(seed, 'padding offset'), 0, OFFSETS - 1);
  return (documentNumber, bytes) => {
    const length = dataSize - bytes - FIELD_BYTES;
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
