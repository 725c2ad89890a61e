/** Longest delay of a cut's message in milliseconds: well below the distance of two cuts. */
const MOST_MS = 700;
/** Milliseconds between two messages of a fleet, on average, below that. */
const EACH_MS = 5;

/**
 * Delay of an agent's messages after each cut in milliseconds, by its name: a coordinator of many agents gets their
 * messages one after the other, and that of a few at once.
 */
export function sendDelayMs(agent: string, agents: number): number {
  let hash = 0x811c9dc5;
  // FNV-1a
  for (const byte of Buffer.from(agent)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % Math.max(1, Math.min(MOST_MS, agents * EACH_MS));
}
