/** 97.5 % quantile of the standard normal distribution. */
export const Z_975 = 1.959963984540054;

/**
 * 97.5 % quantile of Student's t distribution. Exact for 1 and 2 degrees of freedom, else by the expansion in
 * Abramowitz and Stegun, 26.7.5, with an error up to 0.2 % from 3 on; `Infinity` below 1.
 */
export function studentT975(degrees: number): number {
  if (degrees < 1) return Infinity;
  if (degrees < 2) return Math.tan(0.475 * Math.PI);
  if (degrees < 3) return 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2));
  const z = Z_975;
  const terms = [
    z,
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, power) => sum + term / degrees ** power, 0);
}
