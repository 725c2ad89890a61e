/** Reactions of `compare` to changes that chance may explain. */
export const ON_UNKNOWN = ['fail', 'warn', 'pass'] as const;

export type OnUnknown = (typeof ON_UNKNOWN)[number];
