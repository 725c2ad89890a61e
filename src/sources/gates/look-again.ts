/** A source that falls silent and comes back may tell of no change at all, so what held last is looked at this often. */
export const LOOK_AGAIN_MS = 1000;
