import type { KeyChoice } from '../../plan/key-choice.ts';
import { drawUnit, streamKey } from '../../shared/random.ts';
import { zipfian } from '../../shared/zipfian.ts';

/**
 * Picks one of `count` documents, by age: 0 is the oldest.
 * @param sequence ticket number, the input of the draw
 * @param ordinal number of earlier requests of the same operation
 * @param count number of documents, at least 1
 */
export type PickKey = (sequence: number, ordinal: number, count: number) => number;

/**
 * Creates a key picker; it runs in constant time and has no state.
 * @param key random stream
 * @param initialCount number of documents at the start, at least 1
 */
export function createKeyPicker(choice: KeyChoice, key: number, initialCount: number): PickKey {
  const draw = drawsOf(key);
  if (choice.distribution === 'uniform') return (sequence, _, count) => Math.floor(draw(sequence) * count);
  if (choice.distribution === 'sequential') return (_, ordinal, count) => ordinal % count;
  if (choice.distribution === 'hotspot') return hotspot(choice.hotKeys, choice.hotOperations, key);
  if (choice.distribution === 'zipfian' && choice.scrambled) return scrambledZipfian(choice.theta, key, initialCount);
  const rankOf = zipfian(choice.theta);
  if (choice.distribution === 'zipfian') return (sequence, _, count) => rankOf(draw(sequence), count);
  return (sequence, _, count) => count - 1 - rankOf(draw(sequence), count);
}

/** Number of items of YCSB's ScrambledZipfianGenerator, independent of the number of documents. */
const SCRAMBLED_ITEMS = 1e10 + 1;
/** At worst, half of the draws exceed the number of documents; this many in a row have a probability of 1 in 10^19. */
const MAX_ATTEMPTS = 64;

/**
 * YCSB's ScrambledZipfianGenerator: ranks of ten billion items, hashed over the documents. Popular documents must not
 * change while a job adds documents. The hash therefore covers a span that doubles when exceeded, and draws beyond the
 * last document are repeated, as in YCSB for expected documents.
 */
function scrambledZipfian(theta: number, key: number, initialCount: number): PickKey {
  const rankOf = zipfian(theta);
  const attempts = Array.from({ length: MAX_ATTEMPTS }, (_, attempt) =>
    drawsOf(attempt === 0 ? key : streamKey(key, attempt)),
  );
  return (sequence, _, count) => {
    let span = initialCount;
    while (span < count) span *= 2;
    for (const draw of attempts) {
      const place = fnvHash(rankOf(draw(sequence), SCRAMBLED_ITEMS), span);
      if (place < count) return place;
    }
    return 0;
  };
}

/** YCSB's HotspotIntegerGenerator. */
function hotspot(hotKeys: number, hotOperations: number, key: number): PickKey {
  const drawSet = drawsOf(streamKey(key, 'set'));
  const draw = drawsOf(key);
  return (sequence, _, count) => {
    const hot = Math.floor(count * hotKeys);
    const isHot = hot === count || (hot > 0 && drawSet(sequence) < hotOperations);
    return isHot ? Math.floor(draw(sequence) * hot) : hot + Math.floor(draw(sequence) * (count - hot));
  };
}

/** Uniform draws from [0, 1). */
function drawsOf(key: number): (sequence: number) => number {
  const highKey = streamKey(key, 'high');
  const lowKey = streamKey(key, 'low');
  return (sequence) => drawUnit(highKey, lowKey, sequence);
}

/** Parts of the 64-bit FNV-1a hash: http://www.isthe.com/chongo/tech/comp/fnv/ */
const OFFSET_HIGH = 0xcbf29ce4;
const OFFSET_LOW = 0x84222325;
/** The prime is 2^40 + 435. */
const PRIME_LOW = 435;
const TWO_32 = 2 ** 32;

/**
 * The 64-bit FNV-1a hash of a number's 8 bytes, lowest first, modulo a count; YCSB's `fnvhash64`, which drops the sign.
 * @param value an integer from 0 to 2^53
 * @param count from 1 to 2^37; above that, the remainder is not exact
 */
export function fnvHash(value: number, count: number): number {
  let high = OFFSET_HIGH;
  let low = OFFSET_LOW;
  let rest = value;
  for (let octet = 0; octet < 8; octet++) {
    low = (low ^ (rest % 256)) >>> 0;
    rest = Math.floor(rest / 256);
    // Multiplies by the prime in 32-bit halves: the carry of the low half and its shift by 40 bits are added to the
    // high half.
    const product = low * PRIME_LOW;
    high = (Math.imul(high, PRIME_LOW) + Math.floor(product / TWO_32) + (low << 8)) >>> 0;
    low = product % TWO_32;
  }
  if (high >= 2 ** 31) {
    // Absolute value of the signed number: inverts all bits and adds one.
    low = (~low + 1) >>> 0;
    high = (~high + (low === 0 ? 1 : 0)) >>> 0;
  }
  // 16 bits at a time, so that products remain exact.
  let remainder = high % count;
  remainder = (remainder * 65_536 + (low >>> 16)) % count;
  return (remainder * 65_536 + (low & 65_535)) % count;
}
