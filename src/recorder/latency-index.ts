/**
 * A log-linear index over microseconds, as in HdrHistogram with 3 significant digits: values below 2048 µs have a
 * slot each, above that every power of two is cut into 1024 slots, so a slot is never wider than 1/1024 of its value.
 * Source of the layout: https://github.com/HdrHistogram/HdrHistogram (sub-bucket count 2048, unit magnitude 0).
 */
const SUB_BUCKETS = 2048;
const HALF = SUB_BUCKETS / 2;
const SUB_BUCKET_BITS = 11;

/** Longest duration that is told apart, in microseconds: one hour. Longer ones count as this. */
export const MAX_MICROS = 3_600_000_000;

/** Slot of a duration in microseconds, which must be a whole number from 0 to `MAX_MICROS`. */
export function slotOf(micros: number): number {
  if (micros < SUB_BUCKETS) return micros;
  // Beyond 2^32 clz32 would wrap; MAX_MICROS is below that.
  const shift = 32 - Math.clz32(micros) - SUB_BUCKET_BITS;
  return shift * HALF + (micros >>> shift);
}

/** Smallest duration, in microseconds, that falls into a slot. */
export function lowestOf(slot: number): number {
  if (slot < SUB_BUCKETS) return slot;
  const shift = Math.floor(slot / HALF) - 1;
  return (slot - shift * HALF) * 2 ** shift;
}

/** Largest duration, in microseconds, that falls into a slot. */
export function highestOf(slot: number): number {
  return lowestOf(slot + 1) - 1;
}

export const SLOTS = slotOf(MAX_MICROS) + 1;
