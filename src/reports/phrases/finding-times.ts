/**
 * Describes when and for how long a finding lasted: `first seen after 4.0 s, for 3.0 s in all, worst after 6.0 s`.
 * Arguments in seconds; times from the start of the run.
 */
export function describeFindingTimes(firstSeen: number, lasted: number, worst: number): string {
  const first = `first seen after ${firstSeen.toFixed(1)} s`;
  return lasted === 0 ? first : `${first}, for ${lasted.toFixed(1)} s in all, worst after ${worst.toFixed(1)} s`;
}
