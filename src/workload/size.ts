const UNIT_BYTES = { '': 1, K: 1000, M: 1000 ** 2, Ki: 1024, Mi: 1024 ** 2 } as const;
const PARTS = /^(\d{1,12}(?:\.\d{1,9})?) ?([kKM]i?)?B$/;

/** A size with its unit, in powers of 1000 (`KB`, `MB`) or of 1024 (`KiB`, `MiB`). */
export const SIZE = PARTS;

/** Bytes of a validated size; a number is in bytes, a text has a unit. Rounds fractions of a byte. */
export function parseSize(size: number | string): number {
  if (typeof size === 'number') return size;
  const match = PARTS.exec(size);
  const unit = (match?.[2] ?? '').replace('k', 'K') as keyof typeof UNIT_BYTES;
  return Math.round(Number(match?.[1]) * UNIT_BYTES[unit]);
}
