import type { Path } from './path.ts';

/** A problem of the file before it is known where in the text it is. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Which of a field's two ends is to blame: the value, if not said otherwise. */
  readonly part?: 'key' | 'value';
}
