import type { Renderer, Tag } from './tag.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Where the values of a template's tags come from. */
export interface TagSource {
  /** Random stream that all tags of the template derive theirs from. */
  readonly key: number;
  readonly id: Renderer;
  /** Of a number: its place in the collection or the job, from 0. */
  readonly ordinal: (number: number) => number;
  /** A few letters and digits that no other number of the run has: what makes e-mail addresses unique. */
  readonly unique: Renderer;
  readonly now: () => string;
  readonly vocabulary: Vocabulary;
  /** Saved fields and columns of feeders, by the name behind the `#`. */
  readonly named: ReadonlyMap<string, () => Tag>;
}
