/** Uniform numbers from 0 inclusive to 1 exclusive. */
export type Random = () => number;

/**
 * The shape of a delay whose mean is set elsewhere.
 * - `constant`: always the mean.
 * - `uniform`: from 0 to twice the mean.
 * - `exponential`: as the gaps of independent arrivals; its standard deviation is the mean.
 * - `normal`: standard deviation `spread` times the mean; what falls below 0 counts as 0.
 * - `lognormal`: its logarithm is normal with standard deviation `spread`.
 */
export interface LatencyDistribution {
  readonly kind: Kind;
  readonly spread: number;
}

type Kind = 'constant' | 'uniform' | 'exponential' | 'normal' | 'lognormal';

/** What `spread` may be; nothing when the shape has none. */
const SPREADS: Readonly<Record<Kind, { readonly usual: number; readonly max: number } | undefined>> = {
  constant: undefined,
  uniform: undefined,
  exponential: undefined,
  // Up to 0.33, counting negative delays as 0 moves the mean by less than 0.02 %.
  normal: { usual: 0.25, max: 0.33 },
  // Beyond 3, the mean would take millions of requests to show.
  lognormal: { usual: 0.5, max: 3 },
};

/** Draws of mean 1. */
const DRAWS: Readonly<Record<Kind, (spread: number, random: Random) => number>> = {
  constant: () => 1,
  uniform: (_, random) => 2 * random(),
  exponential: (_, random) => -Math.log(1 - random()),
  normal: (spread, random) => Math.max(0, 1 + spread * standardNormal(random)),
  // The mean of a lognormal is exp(mu + sigma^2 / 2); here it is to be 1.
  lognormal: (spread, random) => Math.exp(spread * standardNormal(random) - spread ** 2 / 2),
};

/** Box and Muller's transform: https://en.wikipedia.org/wiki/Box-Muller_transform */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Reads `constant`, `uniform`, `exponential`, `normal[:SPREAD]` (0 to 0.33, default 0.25) or `lognormal[:SPREAD]`
 * (0 to 3, default 0.5); `undefined` when the text is none of them.
 */
export function parseLatencyDistribution(text: string): LatencyDistribution | undefined {
  const match = /^([a-z]+)(?::(\d+(?:\.\d+)?))?$/.exec(text);
  const kind = match?.[1];
  if (kind === undefined || !Object.hasOwn(DRAWS, kind)) return undefined;
  const known = kind as Kind;
  const spreads = SPREADS[known];
  if (match?.[2] === undefined) return { kind: known, spread: spreads?.usual ?? 0 };
  const spread = Number(match[2]);
  return spreads !== undefined && spread <= spreads.max ? { kind: known, spread } : undefined;
}

/** A function that draws delays in milliseconds of the given mean. */
export function latencies(meanMs: number, { kind, spread }: LatencyDistribution, random: Random): () => number {
  if (meanMs === 0) return () => 0;
  const draw = DRAWS[kind];
  return () => meanMs * draw(spread, random);
}
