import { draw32, drawUnit, integersBetween, streamKey } from '../../shared/random.ts';
import { type Tag, valueTag } from '../tag.ts';

/** Integers between two inclusive bounds, in any order. */
export function integers(key: number, a: number, b: number): Tag {
  return valueTag(integersBetween(key, Math.min(a, b), Math.max(a, b)));
}

/** Numbers from the lower bound to the higher, optionally rounded to a number of decimals. */
export function floats(key: number, a: number, b: number, decimals: number | undefined): Tag {
  const [from, span] = [Math.min(a, b), Math.abs(a - b)];
  const highKey = streamKey(key, 'high');
  const lowKey = streamKey(key, 'low');
  const draw = (number: number): number => from + span * drawUnit(highKey, lowKey, number);
  // Large numbers have an exponent: 1e+21.
  const isUnreserved = Math.max(Math.abs(a), Math.abs(b)) < 1e21;
  if (decimals === undefined) return valueTag(draw, isUnreserved);
  // Adding 0 turns -0, which JSON does not have, into 0.
  return valueTag((number) => Number(draw(number).toFixed(decimals)) + 0, isUnreserved);
}

/** True or false with equal probability. */
export function booleans(key: number): Tag {
  return valueTag((number) => draw32(key, number) >= 2 ** 31);
}
