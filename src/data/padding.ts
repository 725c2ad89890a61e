import { integersBetween, streamKey } from './random.ts';

/** Bytes of `,"data":""`: what the field adds to a document beside the padding itself. */
export const FIELD_BYTES = 10;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Longer fillers repeat themselves, further apart than gzip looks back (32 KiB). */
const BLOCK = 65_536;
/** How far apart two documents' paddings can start in the filler, so that they rarely are the same. */
const OFFSETS = 4096;

/** The padding of a document by its number and the bytes of its JSON text; `undefined` when no field `data` fits. */
export type Padding = (documentNumber: number, bytes: number) => string | undefined;

/**
 * Makes the letters of the field `data` that brings a document to a size.
 * @param dataSize bytes of the finished document's JSON text
 */
export function paddingTo(dataSize: number, seed: number): Padding {
  const filler = makeFiller(seed, dataSize + OFFSETS);
  const offset = integersBetween(streamKey(seed, 'padding offset'), 0, OFFSETS - 1);
  return (documentNumber, bytes) => {
    const length = dataSize - bytes - FIELD_BYTES;
    if (length < 0) return undefined;
    const from = offset(documentNumber);
    return filler.slice(from, from + length);
  };
}

/** Random text, since a run of one letter would compress to nothing in the store and on the wire. */
function makeFiller(seed: number, length: number): string {
  const draw = integersBetween(streamKey(seed, 'padding'), 0, ALPHABET.length - 1);
  const block = Array.from({ length: Math.min(length, BLOCK) }, (_, index) => ALPHABET[draw(index)]).join('');
  return block.repeat(Math.ceil(length / block.length)).slice(0, length);
}
