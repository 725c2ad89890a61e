import { draw32, drawUnit, integersBetween, streamKey } from '../random.ts';
import { type Tag, valueTag } from '../tag.ts';

/** Whole numbers, both bounds included, in any order. */
export function integers(key: number, a: number, b: number): Tag {
  return valueTag(integersBetween(key, Math.min(a, b), Math.max(a, b)));
}

/** Numbers from the lower bound up to the higher, rounded to so many decimals if that is given. */
export function floats(key: number, a: number, b: number, decimals: number | undefined): Tag {
  const [from, span] = [Math.min(a, b), Math.abs(a - b)];
  const highKey = streamKey(key, 'high');
  const lowKey = streamKey(key, 'low');
  const draw = (number: number): number => from + span * drawUnit(highKey, lowKey, number);
  // Large numbers are written with an exponent: 1e+21.
  const isUnreserved = Math.max(Math.abs(a), Math.abs(b)) < 1e21;
  if (decimals === undefined) return valueTag(draw, isUnreserved);
  // Adding 0 makes -0, which JSON does not have, a 0.
  return valueTag((number) => Number(draw(number).toFixed(decimals)) + 0, isUnreserved);
}

/** True and false, evenly. */
export function booleans(key: number): Tag {
  return valueTag((number) => draw32(key, number) >= 2 ** 31);
}
