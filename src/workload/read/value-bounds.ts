import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { formatCount } from '../../shared/units.ts';

/** Error of a document with more levels or values than a workload may have. */
export class BoundsExceeded extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

// All traversals of a workload recurse; documents of databases have at most 100 levels.
export const TOO_DEEP = new BoundsExceeded(
  'is nested too deeply',
  `at most ${WORKLOAD_LIMITS.levels} levels; in YAML, an alias must not be circular`,
);
export const TOO_MANY = new BoundsExceeded(
  `holds more than ${formatCount(WORKLOAD_LIMITS.values)} values`,
  'keep rows in a file that a feeder reads; in YAML, an alias counts as often as it is used',
);

/** Counts the values of a document; YAML aliases count once per use. */
class ValueCounter {
  #left: number = WORKLOAD_LIMITS.values;

  /** Depth first, so that a circular value reaches the depth limit quickly. */
  count(value: unknown, levels: number): void {
    if (--this.#left < 0) throw TOO_MANY;
    if (typeof value !== 'object' || value === null) return;
    if (levels === 0) throw TOO_DEEP;
    for (const inner of Object.values(value)) this.count(inner, levels - 1);
  }
}

/**
 * Checks the depth and the number of values of a document.
 * @throws {BoundsExceeded} when it has more levels or values than a workload may have
 */
export function rejectOutOfBounds(value: unknown): void {
  new ValueCounter().count(value, WORKLOAD_LIMITS.levels);
}
