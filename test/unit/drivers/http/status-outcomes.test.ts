import { expect, test } from 'vitest';
import { failure, MISS, OK } from '../../../../src/core/outcome.ts';
import { outcomesByStatus } from '../../../../src/drivers/http/status-outcomes.ts';

test('2xx is ok, other statuses have their classes', () => {
  const outcomes = outcomesByStatus('write', []);
  expect([200, 204, 299].map((status) => outcomes[status])).toEqual([OK, OK, OK]);
  expect([400, 404, 499].map((status) => outcomes[status])).toEqual(Array(3).fill(failure('status_4xx')));
  expect([500, 503, 599].map((status) => outcomes[status])).toEqual(Array(3).fill(failure('status_5xx')));
  expect([300, 304, 308, 600, 999].map((status) => outcomes[status])).toEqual(Array(5).fill(failure('check')));
});

test.each(['read', 'update', 'drop_collection'] as const)('404 on %s is a miss', (type) => {
  expect(outcomesByStatus(type, [])[404]).toBe(MISS);
  expect(outcomesByStatus(type, [[200, 201]])[404]).toBe(MISS);
  expect(outcomesByStatus(type, [[404, 404]])[404]).toBe(OK);
});

test.each(['write', 'bulk_write', 'create_index'] as const)('404 on %s is an error', (type) => {
  expect(outcomesByStatus(type, [])[404]).toBe(failure('status_4xx'));
});

test('expected statuses replace 2xx', () => {
  const outcomes = outcomesByStatus('read', [
    [201, 201],
    [301, 308],
    [503, 503],
  ]);
  expect([201, 301, 308, 503].map((status) => outcomes[status])).toEqual([OK, OK, OK, OK]);
  expect([200, 300, 500].map((status) => outcomes[status])).toEqual([
    failure('check'),
    failure('check'),
    failure('status_5xx'),
  ]);
});
