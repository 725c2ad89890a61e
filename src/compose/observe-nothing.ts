import { OPEN_GATES } from '../engine/gates.ts';
import type { Observation } from './observe.ts';

/** A run whose workload names no source: what watches a system is not even loaded. */
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
      measure: () => ({ values: [], shortage: 'no source was read' }),
    },
    conclude: () => Promise.resolve({ sources: [], phases: [] }),
  };
}
