/** Connections that all load threads of a run open concurrently; more would overflow the target's accept queue. */
const OF_THE_RUN = 256;
/** Connections that one load thread opens concurrently. */
const OF_A_THREAD = 32;

/** Number of connections that each of `of` load threads of a run opens concurrently: from 1 to 32. */
export function connectsAtOnce(of: number): number {
  return Math.min(OF_A_THREAD, Math.max(1, Math.floor(OF_THE_RUN / of)));
}
