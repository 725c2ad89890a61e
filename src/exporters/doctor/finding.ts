/** Result of one step of an examination. Texts are human-readable and contain no secret. */
export interface DoctorFinding {
  /** `warn`: metrics arrive, but with differences. `fail`: they do not arrive, or are useless. */
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** Name of the step, one or two words. */
  readonly step: string;
  readonly message: string;
  /** Remedy. */
  readonly hint?: string;
}
