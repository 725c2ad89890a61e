import { expect, test } from 'vitest';
import { httpSchema, STATUS } from '../../../../../src/workload/features/http/schema.ts';

test.each([
  [204, 204, 204],
  ['204', 204, 204],
  ['2xx', 200, 299],
  ['5xx', 500, 599],
  ['200-204', 200, 204],
  ['200-399', 200, 399],
])('%j is the range from %d to %d', (status, from, to) => {
  expect(httpSchema.parse({ expect_status: status }).expect_status).toEqual([[from, to]]);
  if (typeof status === 'string') expect(status).toMatch(STATUS);
});

test.each(['6xx', '2XX', '20', '2000', '200-', '200-700', '0xx', '200,204'])('%j is not a status range', (text) => {
  expect(text).not.toMatch(STATUS);
});
