import type { NameFilter } from '../parse/name-filter.ts';
import type { SourceValues } from '../values/source-values.ts';

/** What conditions see of a source. */
export interface ObservedSource {
  readonly name: string;
  readonly filter: NameFilter;
  readonly values: SourceValues;
}
