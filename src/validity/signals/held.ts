/**
 * Whether something holds in the newest of these and in so many in all: one bad second may be a hiccup of the machine, and what
 * comes every second is none.
 * @param recent the oldest first
 */
export function held<T>(recent: readonly T[], times: number, holds: (one: T) => boolean): boolean {
  const newest = recent.at(-1);
  return newest !== undefined && holds(newest) && recent.filter(holds).length >= times;
}
