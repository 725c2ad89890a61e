import { expect, test } from 'vitest';
import { sparkline } from '../../../../src/reports/comparison/sparkline.ts';

test.each<[readonly number[], string]>([
  [[], ''],
  [[5], '▄'],
  [[0, 0, 0], '▄▄▄'],
  [[1, 2, 3, 4, 5, 6, 7, 8], '▁▂▃▄▅▆▇█'],
  [[0.01, 0.011, 0.05], '▁▁█'],
])('%j is %s', (values, text) => {
  expect(sparkline(values)).toBe(text);
});
