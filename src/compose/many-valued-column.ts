import { splitTemplate } from '../templates/split-template.ts';
import type { FeederPlan, OperationPlan } from '../plan/plan.ts';

/** A field of a filter that a driver refuses, and why. */
export interface RefusedField {
  /** A path from the operation. */
  readonly field: readonly string[];
  readonly message: string;
  readonly hint: string;
}

/**
 * Finds a field of an SQL filter whose value is the column of a feeder that holds objects, lists or null in any of its rows: a
 * filter compares columns with single values, and `= NULL` matches nothing.
 */
export function manyValuedColumn(
  { filter = {}, statement }: OperationPlan,
  feeders: readonly FeederPlan[],
): RefusedField | undefined {
  if (statement !== undefined || feeders.length === 0) return undefined;
  for (const [name, template] of Object.entries(filter)) {
    if (typeof template !== 'string') continue;
    // Within a longer text, an object is written as JSON.
    const [only, ...others] = splitTemplate(template, (tag) => isManyValued(tag, feeders));
    if (only?.kind !== 'named' || others.length > 0) continue;
    return {
      field: ['filter', name],
      message: `the column \`${only.name}\` holds objects, lists or null, and an SQL filter compares columns with single values`,
      hint: 'name a column of single values, or write the request as `sql` (null: IS NOT DISTINCT FROM, in MySQL <=>)',
    };
  }
  return undefined;
}

function isManyValued(tag: string, feeders: readonly FeederPlan[]): boolean {
  const [feeder, ...column] = tag.split('.');
  const columns = feeders.find(({ name }) => name === feeder)?.table.columns ?? [];
  return columns.some(({ name, isSingle }) => !isSingle && name === column.join('.'));
}
