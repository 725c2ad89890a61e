/**
 * Chi-squared statistic of counts against their expected values.
 * @param expected one number for all, or one for each
 */
export function chiSquared(counts: readonly number[], expected: number | readonly number[]): number {
  return counts.reduce((sum, count, cell) => {
    const mean = typeof expected === 'number' ? expected : (expected[cell] ?? NaN);
    return sum + (count - mean) ** 2 / mean;
  }, 0);
}

/** Quantile 0.9999 of the statistic, by the Wilson-Hilferty approximation. */
export function chiSquaredBound(degrees: number): number {
  return degrees * (1 - 2 / (9 * degrees) + 3.719 * Math.sqrt(2 / (9 * degrees))) ** 3;
}
