/** What one step of an examination found. Texts are for people and hold no secret. */
export interface Finding {
  /** `warn`: metrics arrive, but not quite as one would think. `fail`: they do not, or are of no use. */
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** What was looked at, in a word or two. */
  readonly step: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}
