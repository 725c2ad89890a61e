import type { Path } from './path.ts';

/** An error of the file, located by path; `locateFindings` adds line and column. */
export interface PathDiagnostic {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Part of the field that is in error; default: the value. */
  readonly part?: 'key' | 'value';
}
