/**
 * Whether a condition is sustained: true for the newest entry and for a number of entries in total. A single bad second
 * may be an incident; repeated ones are not.
 * @param recent oldest first
 */
export function isSustained<T>(recent: readonly T[], times: number, holds: (one: T) => boolean): boolean {
  const newest = recent.at(-1);
  return newest !== undefined && holds(newest) && recent.filter(holds).length >= times;
}
