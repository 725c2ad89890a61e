import { noopGates } from '../engine/gates.ts';
import type { SystemObservation } from './observe.ts';

/** Observation of a run without sources; does not load the code for sources. */
export function createNoopObservation(): SystemObservation {
  return {
    names: [],
    memory: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
    families: () => [],
    follow: () => {},
    start: () => Promise.resolve(),
    gates: {
      ...noopGates,
      start: () => {},
      end: () => {},
      waits: () => [],
      measure: () => ({ values: [], shortage: 'no source was scraped' }),
    },
    conclude: () => Promise.resolve({ sources: [], phases: [] }),
  };
}
