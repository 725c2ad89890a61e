import { BOUNDS } from '../../core/bounds.ts';
import { formatCount } from '../../core/units.ts';

/** A value that is too deep or too large to be a workload's. */
export class BeyondBounds extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

// Whatever walks through a workload recurses; documents of databases have 100 levels at most.
export const TOO_DEEP = new BeyondBounds(
  'is nested too deeply',
  `at most ${BOUNDS.levels} levels; in YAML, nothing may hold an alias of itself`,
);
export const TOO_MANY = new BeyondBounds(
  `holds more than ${formatCount(BOUNDS.values)} values`,
  'keep rows in a file that a feeder reads; in YAML, an alias counts as what it stands for',
);

/** Counts the values of a document, aliases of YAML as often as they stand in it. */
class ValueCounter {
  #left: number = BOUNDS.values;

  /** Goes down before it goes on, so that a value that holds itself is soon found out. */
  count(value: unknown, levels: number): void {
    if (--this.#left < 0) throw TOO_MANY;
    if (typeof value !== 'object' || value === null) return;
    if (levels === 0) throw TOO_DEEP;
    for (const inner of Object.values(value)) this.count(inner, levels - 1);
  }
}

/**
 * Goes through a document until it is known to be within its bounds.
 * @throws {BeyondBounds} when it has more levels or values than a workload may have
 */
export function rejectBeyondBounds(value: unknown): void {
  new ValueCounter().count(value, BOUNDS.levels);
}
