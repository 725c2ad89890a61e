import { expect, test } from 'vitest';
import { parseMaxRegression } from '../../../../src/cli/actions/compare.ts';

test('numbers that are not named keep their defaults', () => {
  expect(parseMaxRegression([])).toEqual({ rate: 0.05, error_rate: 0.001, p50: 0.05, p90: 0.05, p99: 0.05 });
  expect(parseMaxRegression(['p99=10%, rate=2.5%', 'error_rate = 0%'])).toEqual({
    rate: 0.025,
    error_rate: 0,
    p50: 0.05,
    p90: 0.05,
    p99: 0.1,
  });
});

test.each([
  ['p99', '`p99` is not METRIC=SHARE'],
  ['p99=10', '10 has no unit'],
  ['p95=10%', '`p95` is nothing that runs are compared by'],
  ['p99=-1%', '`p99=-1%` is not METRIC=SHARE'],
])('%s: %s', (value, message) => {
  expect(() => parseMaxRegression([value])).toThrow(
    expect.objectContaining({ code: 'config_invalid', problems: [expect.objectContaining({ message })] }) as Error,
  );
});
