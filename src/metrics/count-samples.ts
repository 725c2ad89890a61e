import type { Exposition } from './family.ts';

/** Number of samples in an exposition, the unit in which deliveries are counted. */
export function countSamples(exposition: Exposition): number {
  return exposition.families.reduce((total, family) => total + family.samples.length, 0);
}
