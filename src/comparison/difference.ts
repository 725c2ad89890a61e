import type { Estimate } from '../analysis/estimate.ts';
import { studentT975 } from '../analysis/quantiles.ts';

/**
 * Estimates the difference between the means of two sides of one or more runs each, with its 95 % interval where known.
 * The uncertainty of a single run is its own interval. The uncertainty of several runs is the variation between them,
 * which is larger than any single run can show. A single run that is compared with several is assumed to vary as they
 * do.
 */
export function estimateDifference(before: readonly Estimate[], after: readonly Estimate[]): Estimate | undefined {
  const a = sideOf(before, after);
  const b = sideOf(after, before);
  if (a === undefined || b === undefined) return undefined;
  const value = b.value - a.value;
  // Method of variance estimates recovery (Zou and Donner, Statistics in Medicine 27, 2008): each end of the difference
  // combines the arms of the two intervals in its direction. The systematic part is added, since it does not average
  // out.
  const within = { low: value - b.blur.down - a.blur.up, high: value + b.blur.up + a.blur.down };
  const [fall, rise] = [armsOf(b.chance.down, a.chance.up), armsOf(b.chance.up, a.chance.down)];
  return {
    value,
    low: fall === undefined ? undefined : within.low - fall,
    high: rise === undefined ? undefined : within.high + rise,
    ...(within.low < within.high && { within }),
  };
}

function orAssumed(run: Estimate): Estimate {
  return { ...run, low: run.low ?? run.assumed?.low, high: run.high ?? run.assumed?.high };
}

/** Whether an end of the difference of these estimates rests on an assumption. */
export function isAssumed(before: readonly Estimate[], after: readonly Estimate[]): boolean {
  if (before.length !== 1 || after.length !== 1) return false;
  return [...before, ...after].some(
    ({ low, high, assumed }) => assumed !== undefined && (low === undefined || high === undefined),
  );
}

/** Distance from the value to the ends of its interval; `undefined` where unknown. */
interface ErrorArms {
  readonly down: number | undefined;
  readonly up: number | undefined;
}

interface Side {
  readonly value: number;
  /** Random error, with 95 % confidence. */
  readonly chance: ErrorArms;
  /** Systematic error, if only a range of the value is known; else 0. */
  readonly blur: { readonly down: number; readonly up: number };
}

function armsOf(b: number | undefined, a: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.hypot(b, a);
}

function sideOf(own: readonly Estimate[], other: readonly Estimate[]): Side | undefined {
  const [first] = own;
  if (first === undefined) return undefined;
  const blur = {
    down: averageOf(own.map((run) => systematicError(run).down)),
    up: averageOf(own.map((run) => systematicError(run).up)),
  };
  if (own.length > 1) return { value: averageOf(own.map(({ value }) => value)), chance: randomErrorOfMean(own), blur };
  const { value } = first;
  // Several runs on the other side show how much runs differ; a single one does not.
  if (other.length < 2) return { value, chance: randomError(orAssumed(first)), blur };
  const chance = randomError(first);
  // Prediction interval of one further run of the other side, around their mean.
  const half = studentT975(other.length - 1) * deviationOf(other);
  return { value, chance: { down: Math.max(chance.down ?? 0, half), up: Math.max(chance.up ?? 0, half) }, blur };
}

function randomErrorOfMean(runs: readonly Estimate[]): ErrorArms {
  const between = (studentT975(runs.length - 1) * deviationOf(runs)) / Math.sqrt(runs.length);
  const armOf = (arms: readonly (number | undefined)[]): number => {
    const known = arms.filter((one) => one !== undefined);
    // Runs that happen to be similar are not more certain than their own intervals allow.
    const within = known.length === runs.length ? Math.hypot(...known) / runs.length : 0;
    return Math.max(between, within);
  };
  const each = runs.map(randomError);
  return { down: armOf(each.map(({ down }) => down)), up: armOf(each.map(({ up }) => up)) };
}

/** Returns the part of a run's interval beyond the range that contains its value. */
function randomError({ value, low, high, within = { low: value, high: value } }: Estimate): ErrorArms {
  return {
    down: low === undefined ? undefined : Math.max(0, within.low - low),
    up: high === undefined ? undefined : distance(within.high, high),
  };
}

function systematicError({ value, within = { low: value, high: value } }: Estimate): Side['blur'] {
  return { down: value - within.low, up: within.high - value };
}

/** Two infinities have the distance 0. */
function distance(from: number, to: number): number {
  return from === to ? 0 : Math.max(0, to - from);
}

function averageOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(runs: readonly Estimate[]): number {
  const mean = averageOf(runs.map(({ value }) => value));
  return Math.sqrt(runs.reduce((sum, run) => sum + (run.value - mean) ** 2, 0) / (runs.length - 1));
}
