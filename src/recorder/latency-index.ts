/**
 * A log-linear index over microseconds, as in HdrHistogram with 3 significant digits: values below 2048 µs have one
 * slot each; above that, each power of two is divided into 1024 slots, so a slot is at most 1/1024 of its value wide.
 * Source of the layout: https://github.com/HdrHistogram/HdrHistogram (sub-bucket count 2048, unit magnitude 0).
 */
const SUB_BUCKETS = 2048;
const HALF = SUB_BUCKETS / 2;
const SUB_BUCKET_BITS = 11;

/** Highest trackable value in microseconds: one hour. Longer durations are recorded as this value. */
export const MAX_MICROS = 3_600_000_000;

/** Returns the slot of a duration in microseconds: an integer from 0 to `MAX_MICROS`. */
export function slotOf(micros: number): number {
  if (micros < SUB_BUCKETS) return micros;
  // clz32 would wrap above 2^32; MAX_MICROS is below that.
  const shift = 32 - Math.clz32(micros) - SUB_BUCKET_BITS;
  return shift * HALF + (micros >>> shift);
}

/** Returns the lowest duration of a slot, in microseconds. */
export function lowestOf(slot: number): number {
  if (slot < SUB_BUCKETS) return slot;
  const shift = Math.floor(slot / HALF) - 1;
  return (slot - shift * HALF) * 2 ** shift;
}

/** Returns the highest duration of a slot, in microseconds. */
export function highestOf(slot: number): number {
  return lowestOf(slot + 1) - 1;
}

export const SLOTS = slotOf(MAX_MICROS) + 1;
