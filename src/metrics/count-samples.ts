import type { Exposition } from './family.ts';

/** Samples in an exposition: what deliveries are counted in. */
export function countSamples(exposition: Exposition): number {
  return exposition.families.reduce((total, family) => total + family.samples.length, 0);
}
