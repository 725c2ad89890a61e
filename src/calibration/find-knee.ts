/** Where rates stop to be kept: between the highest that was seen to hold and the lowest above it that was seen not to. */
export interface Knee {
  /** `undefined`: none held. */
  readonly holds: number | undefined;
  readonly fails: number;
}

/** The range is halved so many times: the knee is known to 3 % of the maximum. */
const HALVINGS = 5;

/**
 * Looks for the knee between 0 and a rate that is not kept. A rate that fails is tried once more: a hiccup of the machine
 * makes a rate fail that holds, while nothing makes one hold that does not.
 * @param maxRate requests per second, taken as failing
 * @param holds tries a rate
 */
export async function findKnee(maxRate: number, holds: (rate: number) => Promise<boolean>): Promise<Knee> {
  let held = 0;
  let failed = maxRate;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const rate = roundRate((held + failed) / 2);
    if ((await holds(rate)) || (await holds(rate))) held = rate;
    else failed = rate;
  }
  return { holds: held === 0 ? undefined : held, fails: failed };
}

/** To three digits: more would say that a knee is known better than it can be. */
function roundRate(rate: number): number {
  return Number(rate.toPrecision(3));
}
