import { firstWhere } from '../shared/first-where.ts';

/** An arrival process of rate 1: an ascending position for each arrival, numbered from 0. Deterministic. */
export interface Arrivals {
  positionOf(sequence: number): number;
  /**
   * Returns the first arrival from `from` to `until - 1` that is not due; `until` if all of them are.
   * @param isDue by position; stays false once it is false
   */
  firstNotDue(from: number, until: number, isDue: (position: number) => boolean): number;
}

/** Arrivals at the whole numbers. */
export const evenArrivals: Arrivals = {
  positionOf: (sequence) => sequence,
  firstNotDue: (from, until, isDue) => firstWhere(from, until, (sequence) => !isDue(sequence)),
};
