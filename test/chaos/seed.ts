/**
 * Seed of all random values: a new one each time unless the environment sets it. Printed by every
 * test.
 */
export const SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);

/** How long each test puts load on its target. */
export const SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 8);
