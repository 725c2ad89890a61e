/** Range of the highest sustained rate: the highest rate that held, and the lowest failed rate above it. */
export interface Knee {
  /** `undefined`: no rate held. */
  readonly holds: number | undefined;
  readonly fails: number;
}

/** Number of bisections: the knee is accurate to 3 % of the maximum. */
const HALVINGS = 5;

/**
 * Finds the knee between 0 and a rate that fails by bisection. A failed rate is tried twice: an incident on the machine
 * may fail a sustainable rate, but not the reverse.
 * @param maxRate requests per second, assumed to fail
 * @param holds runs a trial of a rate
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

/** Rounds to three digits, the accuracy of the knee. */
function roundRate(rate: number): number {
  return Number(rate.toPrecision(3));
}
