import { expect, it } from 'vitest';
import { formatGoFloat } from '../../../src/metrics/go-float.ts';

// The right-hand side is what strconv.FormatFloat(value, 'g', -1, 64) gives.
it.each([
  [0, '0'],
  [1, '1'],
  [10, '10'],
  [0.0005, '0.0005'],
  [0.0001, '0.0001'],
  [0.00005, '5e-05'],
  [1e-7, '1e-07'],
  [2.5, '2.5'],
  [3600, '3600'],
  [100_000, '100000'],
  [999_999.5, '999999.5'],
  [1_000_000, '1e+06'],
  [1_234_567.5, '1.2345675e+06'],
  [1e21, '1e+21'],
  [5e-324, '5e-324'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [-0.25, '-0.25'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [Number.NaN, 'NaN'],
])('%d is spelled %s', (value, spelling) => {
  expect(formatGoFloat(value)).toBe(spelling);
});
