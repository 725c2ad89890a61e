import type { Json } from '../core/target.ts';
import { integersBetween, streamKey } from './random.ts';
import { bareText } from './json-scanner.ts';
import { listTag, type Tag } from './tag.ts';

/** Rows from a file; a feeder of the plan fits. */
export interface Feeder {
  readonly name: string;
  /** Which row a request takes: one after the other and round again, or any. */
  readonly order: 'sequential' | 'random';
  /** Each column's values, all of the same number, at least one. */
  readonly columns: Readonly<Record<string, readonly Json[]>>;
}

/**
 * The columns of feeders as tags, by their names: `users.email`. All tags of one feeder take the same row of a number.
 * @param numberOf what a row is chosen by: the document's or the request's number
 */
export function feederTags(
  feeders: readonly Feeder[],
  seed: number,
  numberOf: (number: number) => number,
): ReadonlyMap<string, () => Tag> {
  return new Map(
    feeders.flatMap(({ name, order, columns }) => {
      return Object.entries(columns).map(([column, values]): [string, () => Tag] => {
        const draw = integersBetween(streamKey(seed, 'feeder', name), 0, values.length - 1);
        const rowOf = order === 'random' ? draw : (number: number): number => number % values.length;
        return [`${name}.${column}`, () => columnTag(values, (number) => rowOf(numberOf(number)))];
      });
    }),
  );
}

/** A column of text alone may come from CSV, which has no other types. */
function columnTag(values: readonly Json[], rowOf: (number: number) => number): Tag {
  const tag = listTag(values, rowOf);
  return tag.json === undefined ? { ...tag, bare: bareText(tag.text) } : tag;
}
