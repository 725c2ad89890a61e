/**
 * Counter-based random numbers: a draw is a hash of (stream key, counter), so any thread can generate the data of any
 * request independently.
 */

/** 2^32 divided by the golden ratio, rounded to odd: spreads consecutive small numbers over the 32-bit range. */
const GOLDEN = 0x9e3779b9;
const TWO_32 = 2 ** 32;

/**
 * Mixes 32 bits so that each input bit changes about half of the output bits. A bijection. Finalizer `fmix32` of
 * MurmurHash3, including its constants: https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp (public
 * domain).
 * @returns a signed 32-bit integer
 */
export function mix32(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Returns the key of the stream with these names; different names give uncorrelated streams. */
export function streamKey(...names: readonly (number | string)[]): number {
  // JSON distinguishes ["a", "b"] from ["ab"].
  const text = JSON.stringify(names);
  let key = 0;
  for (let at = 0; at < text.length; at++) key = mix32((key ^ text.charCodeAt(at)) + GOLDEN);
  return key;
}

/**
 * The stream's number at `counter`, an integer from 0 to 2^53: uniform over 0 .. 2^32 - 1. A stream has no duplicates
 * within 2^32 consecutive counters, because both mixing rounds are bijections.
 */
export function draw32(key: number, counter: number): number {
  const high = (counter / TWO_32) | 0;
  return mix32(mix32(counter ^ key) + Math.imul(high, GOLDEN) + key) >>> 0;
}

/** Uniform over [0, 1) in steps of 2^-53, from two independent streams. */
export function drawUnit(highKey: number, lowKey: number, counter: number): number {
  return ((draw32(highKey, counter) >>> 5) * 2 ** 26 + (draw32(lowKey, counter) >>> 6)) / 2 ** 53;
}

/** Returns a function that draws uniform integers from `from` to `to`, inclusive. */
export function integersBetween(key: number, from: number, to: number): (counter: number) => number {
  const highKey = streamKey(key, 'high');
  const lowKey = streamKey(key, 'low');
  const count = to - from + 1;
  return (counter) => from + Math.floor(drawUnit(highKey, lowKey, counter) * count);
}

const DIGITS = Buffer.from('0123456789abcdef', 'latin1');

/**
 * Writes the lowest bits of a number as hexadecimal digits. Filling a buffer and decoding it once takes half the time
 * of concatenating strings.
 * @param digits number of digits, 4 bits each
 */
export function writeHex(buffer: Uint8Array, at: number, bits: number, digits: number): void {
  // 16 digits
  for (let place = at + digits - 1, rest = bits; place >= at; place--, rest >>>= 4) buffer[place] = DIGITS[rest & 15]!;
}
