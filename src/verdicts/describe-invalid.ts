import { printable } from '../core/printable.ts';

/** That a run is marked invalid, for people. */
export function describeInvalid(runId: string): string {
  return `the numbers of run ${printable(runId.slice(0, 8))} are not to be trusted, says the run itself`;
}
