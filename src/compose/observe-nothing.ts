import { OPEN_GATES } from '../engine/gates.ts';
import type { Observation } from './observe.ts';

/** Observation of a run without sources; does not load the code for sources. */
export function observeNothing(): Observation {
  return {
    names: [],
    memory: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
    families: () => [],
    follow: () => {},
    start: () => Promise.resolve(),
    gates: {
      ...OPEN_GATES,
      start: () => {},
      end: () => {},
      waits: () => [],
      measure: () => ({ values: [], shortage: 'no source was scraped' }),
    },
    conclude: () => Promise.resolve({ sources: [], phases: [] }),
  };
}
