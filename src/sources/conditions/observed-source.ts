import type { NameFilter } from '../parse/name-filter.ts';
import type { SourceValues } from '../values/source-values.ts';

/** The part of a source that conditions use. */
export interface ObservedSource {
  readonly name: string;
  readonly filter: NameFilter;
  readonly values: SourceValues;
}
