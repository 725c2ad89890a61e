const SECONDS = { s: 1, m: 60, h: 3600 } as const;
const NUMBER = String.raw`\d{1,15}(\.\d{1,9})?`;

/** A rate with its unit: `500/s`, `30000/m`, `1000/h`; may be 0. */
export const RATE = new RegExp(`^${NUMBER}/[smh]$`);

/** Requests per second of a validated rate; a number is per second, a text has a unit. */
export function parseRate(rate: number | string): number {
  if (typeof rate === 'number') return rate;
  const [count, unit] = rate.split('/');
  return Number(count) / SECONDS[unit as keyof typeof SECONDS];
}
