/** Generator of uniform numbers from 0 inclusive to 1 exclusive. */
export type Random = () => number;

/**
 * Shape of a delay distribution; its mean is set separately.
 * - `constant`: always the mean.
 * - `uniform`: from 0 to twice the mean.
 * - `exponential`: like the gaps between independent arrivals; its standard deviation is the mean.
 * - `normal`: standard deviation `spread` times the mean; negative values count as 0.
 * - `lognormal`: its logarithm is normal with standard deviation `spread`.
 */
export interface LatencyDistribution {
  readonly kind: Kind;
  readonly spread: number;
}

type Kind = 'constant' | 'uniform' | 'exponential' | 'normal' | 'lognormal';

/** Default and maximum of `spread`; `undefined` when the shape has none. */
const SPREADS: Readonly<Record<Kind, { readonly usual: number; readonly max: number } | undefined>> = {
  constant: undefined,
  uniform: undefined,
  exponential: undefined,
  // Up to 0.33, counting negative delays as 0 shifts the mean by less than 0.02%.
  normal: { usual: 0.25, max: 0.33 },
  // Above 3, the sample mean would converge only after millions of requests.
  lognormal: { usual: 0.5, max: 3 },
};

/** Generators of samples with mean 1. */
const DRAWS: Readonly<Record<Kind, (spread: number, random: Random) => number>> = {
  constant: () => 1,
  uniform: (_, random) => 2 * random(),
  exponential: (_, random) => -Math.log(1 - random()),
  normal: (spread, random) => Math.max(0, 1 + spread * standardNormal(random)),
  // The mean of a lognormal is exp(mu + sigma^2 / 2); mu is chosen so that it is 1.
  lognormal: (spread, random) => Math.exp(spread * standardNormal(random) - spread ** 2 / 2),
};

/** Box-Muller transform: https://en.wikipedia.org/wiki/Box-Muller_transform */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Parses `constant`, `uniform`, `exponential`, `normal[:SPREAD]` (0 to 0.33, default 0.25) or `lognormal[:SPREAD]` (0
 * to 3, default 0.5); `undefined` for any other text.
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

/** Creates a function that draws delays in milliseconds with the given mean. */
export function latencies(meanMs: number, { kind, spread }: LatencyDistribution, random: Random): () => number {
  if (meanMs === 0) return () => 0;
  const draw = DRAWS[kind];
  return () => meanMs * draw(spread, random);
}
