import type { Renderer, Tag } from './tag.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Sources of a template's tag values. */
export interface TagSource {
  /** Random stream from which all tags of the template derive their streams. */
  readonly key: number;
  readonly id: Renderer;
  /** Returns the ordinal of a number in the collection or job, from 0. */
  readonly ordinal: (number: number) => number;
  /** Renders letters and digits that are unique for the number in the run; makes e-mail addresses unique. */
  readonly unique: Renderer;
  readonly now: () => string;
  readonly vocabulary: Vocabulary;
  /** Saved fields and feeder columns, by the name after the `#`. */
  readonly named: ReadonlyMap<string, () => Tag>;
}
