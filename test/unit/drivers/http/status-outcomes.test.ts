import { expect, test } from 'vitest';
import type { RequestType } from '../../../../src/shared/job-type.ts';
import { failure, MISS, OK, type Outcome } from '../../../../src/shared/outcome.ts';
import type { HttpOptions } from '../../../../src/plan/target.ts';
import { outcomesByStatus } from '../../../../src/drivers/http/status-outcomes.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';

function outcomes(type: RequestType, expectStatus: HttpOptions['expectStatus'], path?: string): readonly Outcome[] {
  return outcomesByStatus({ type, http: { ...httpOptions('http://127.0.0.1').http, expectStatus, path } });
}

test('2xx is ok, other statuses have their classes', () => {
  const statuses = outcomes('write', []);
  expect([200, 204, 299].map((status) => statuses[status])).toEqual([OK, OK, OK]);
  expect([400, 404, 499].map((status) => statuses[status])).toEqual(Array(3).fill(failure('status_4xx')));
  expect([500, 503, 599].map((status) => statuses[status])).toEqual(Array(3).fill(failure('status_5xx')));
  expect([300, 304, 308, 600, 999].map((status) => statuses[status])).toEqual(Array(5).fill(failure('check')));
});

test.each(['read', 'scan', 'update', 'delete', 'drop_collection'] as const)('404 on %s is a miss', (type) => {
  expect(outcomes(type, [])[404]).toBe(MISS);
  expect(outcomes(type, [[200, 201]])[404]).toBe(MISS);
  expect(outcomes(type, [[404, 404]])[404]).toBe(OK);
});

test.each(['read', 'scan', 'update', 'delete', 'drop_collection'] as const)(
  '404 on %s with a custom path is an error',
  (type) => {
    expect(outcomes(type, [], '/serch')[404]).toBe(failure('status_4xx'));
    expect(outcomes(type, [[404, 404]], '/serch')[404]).toBe(OK);
  },
);

test.each(['write', 'bulk_write', 'create_index'] as const)('404 on %s is an error', (type) => {
  expect(outcomes(type, [])[404]).toBe(failure('status_4xx'));
});

test('expected statuses replace 2xx', () => {
  const statuses = outcomes('read', [
    [201, 201],
    [301, 308],
    [503, 503],
  ]);
  expect([201, 301, 308, 503].map((status) => statuses[status])).toEqual([OK, OK, OK, OK]);
  expect([200, 300, 500].map((status) => statuses[status])).toEqual([
    failure('check'),
    failure('check'),
    failure('status_5xx'),
  ]);
});
