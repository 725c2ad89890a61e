/**
 * Interval of the re-evaluation of a condition. Needed because a source that becomes stale and recovers may cause no
 * change event.
 */
export const REEVALUATE_EVERY_MS = 1000;
