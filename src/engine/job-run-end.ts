/** Data sequences that a load unit used. A unit without workers uses none: `usedBelow` is `Infinity`, `noneFrom` is 0. */
export interface UsedSequences {
  /** All data sequences of the unit below this number were used. */
  readonly usedBelow: number;
  /** No data sequence of the unit from this number on was used. 0: none was used. */
  readonly noneFrom: number;
}

/** Result of a load unit's part of a job. */
export interface JobRunEnd extends UsedSequences {
  /** Tickets of the measured window that came due, for each operation of the job. */
  readonly planned: readonly number[];
  /** When the last request of the measured window was done or the window ended, whichever is later. */
  readonly endedMs: number;
}

/** Data sequences that several load units of a job used together. */
export function mergeSequences(units: readonly UsedSequences[]): UsedSequences {
  return {
    usedBelow: Math.min(...units.map(({ usedBelow }) => usedBelow)),
    noneFrom: Math.max(0, ...units.map(({ noneFrom }) => noneFrom)),
  };
}

/** Result of several load units of a job together; at least one. */
export function mergeEnds(ends: readonly JobRunEnd[]): JobRunEnd {
  const operations = Math.max(...ends.map(({ planned }) => planned.length));
  return {
    ...mergeSequences(ends),
    planned: Array.from({ length: operations }, (_, operation) =>
      ends.reduce((sum, { planned }) => sum + (planned[operation] ?? 0), 0),
    ),
    endedMs: Math.max(...ends.map(({ endedMs }) => endedMs)),
  };
}
