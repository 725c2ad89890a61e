/**
 * What everything by chance follows from: another one each time unless the environment says which. Printed by every
 * test.
 */
export const SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);

/** How long each test puts load on its target. */
export const SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 8);
