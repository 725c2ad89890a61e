import type { Estimate } from './estimate.ts';
import { studentT975 } from './student.ts';

/**
 * The difference of what several runs on either side have measured, with its 95 % interval where that is known. Within one run
 * its own interval counts; of several, how much they differ from each other, which is more than any of them can know; and one
 * run against several is taken to vary as they do.
 */
export function differenceOf(before: readonly Estimate[], after: readonly Estimate[]): Estimate | undefined {
  const a = sideOf(before, after);
  const b = sideOf(after, before);
  if (a === undefined || b === undefined) return undefined;
  const value = b.value - a.value;
  // The method of variance estimates recovery (Zou and Donner, Statistics in Medicine 27, 2008): each end of the
  // difference takes the arms of the two intervals that point its way.
  const fall = armsOf(b.value, b.low, a.value, a.high);
  const rise = armsOf(b.value, b.high, a.value, a.low);
  return {
    value,
    low: fall === undefined ? undefined : value - fall,
    high: rise === undefined ? undefined : value + rise,
  };
}

function armsOf(b: number, endOfB: number | undefined, a: number, endOfA: number | undefined): number | undefined {
  return endOfA === undefined || endOfB === undefined ? undefined : Math.hypot(b - endOfB, a - endOfA);
}

function sideOf(own: readonly Estimate[], other: readonly Estimate[]): Estimate | undefined {
  const [first] = own;
  if (first === undefined) return undefined;
  if (own.length > 1) return meanOf(own);
  if (other.length < 2) return first;
  // As far as the next run of the other side would be from their mean.
  const half = studentT975(other.length - 1) * deviationOf(other);
  return {
    value: first.value,
    low: Math.min(first.low ?? Infinity, first.value - half),
    high: Math.max(first.high ?? -Infinity, first.value + half),
  };
}

function meanOf(runs: readonly Estimate[]): Estimate {
  const value = averageOf(runs);
  const between = (studentT975(runs.length - 1) * deviationOf(runs)) / Math.sqrt(runs.length);
  const arm = (armOf: (run: Estimate) => number | undefined): number => {
    const arms = runs.map(armOf).filter((one) => one !== undefined);
    // Runs that happen to be alike are no more certain than each by itself makes them.
    const within = arms.length === runs.length ? Math.hypot(...arms) / runs.length : 0;
    return Math.max(between, within);
  };
  return {
    value,
    low: value - arm((run) => (run.low === undefined ? undefined : run.value - run.low)),
    high: value + arm((run) => (run.high === undefined ? undefined : run.high - run.value)),
  };
}

function averageOf(runs: readonly Estimate[]): number {
  return runs.reduce((sum, run) => sum + run.value, 0) / runs.length;
}

function deviationOf(runs: readonly Estimate[]): number {
  const mean = averageOf(runs);
  return Math.sqrt(runs.reduce((sum, run) => sum + (run.value - mean) ** 2, 0) / (runs.length - 1));
}
