import { parseDuration } from '../shared/units.ts';

const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Units that may follow a number. */
export const UNITS: readonly string[] = ['us', 'ms', 's', 'm', 'h', 'd', '%', ...Object.keys(BYTES)];

/**
 * Returns the value of a number in base units: seconds, bytes, or a share for percent; `undefined` if the unit is
 * unknown.
 */
export function readNumber(text: string): number | undefined {
  const plain = Number(text);
  if (!Number.isNaN(plain)) return plain;
  const [, sign, digits, unit = ''] = /^([+-]?)([\d.]+)(.*)$/.exec(text) ?? [];
  const factor = sign === '-' ? -1 : 1;
  const value = Number(digits);
  if (unit === '%') return (factor * value) / 100;
  const bytes = Object.hasOwn(BYTES, unit) ? BYTES[unit] : undefined;
  if (bytes !== undefined) return factor * value * bytes;
  const durationMs = parseDuration(text.replace(/^[+-]/, ''));
  return durationMs === undefined ? undefined : (factor * durationMs) / 1000;
}
