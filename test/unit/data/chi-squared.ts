/**
 * Chi-squared statistic of counts against what was expected of each.
 * @param expected one number for all, or one for each
 */
export function chiSquared(counts: readonly number[], expected: number | readonly number[]): number {
  return counts.reduce((sum, count, cell) => {
    const mean = typeof expected === 'number' ? expected : (expected[cell] ?? NaN);
    return sum + (count - mean) ** 2 / mean;
  }, 0);
}

/** What the statistic stays under with probability 0.9999, by the Wilson-Hilferty approximation. */
export function chiSquaredBound(degrees: number): number {
  return degrees * (1 - 2 / (9 * degrees) + 3.719 * Math.sqrt(2 / (9 * degrees))) ** 3;
}
