import { expect, test } from 'vitest';
import { compileCheck } from '../../../src/checks/check.ts';
import { OperationChecks } from '../../../src/checks/operation-checks.ts';
import { ResponseView } from '../../../src/checks/response-view.ts';
import type { ResponseContent } from '../../../src/drivers/driver.ts';
import type { CheckPlan, CheckSubject, ValueComparison } from '../../../src/plan/response-plan.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';

interface Response {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly rows?: readonly object[];
  readonly rowCount?: number;
}

function view({ headers = {}, body = '', rows, rowCount }: Response, serviceMs = 5): ResponseView {
  const content: ResponseContent = {
    status: 200,
    header: (name) => headers[name],
    cookie: () => undefined,
    text: () => body,
    bodyBytes: Buffer.byteLength(body),
    value: () => rows as ReturnType<ResponseContent['value']>,
    rowCount,
  };
  const response = new ResponseView();
  response.open(content, serviceMs);
  return response;
}

const json = (path: string): CheckSubject => ({ kind: 'json', path });
const fault = (subject: CheckSubject, comparison: ValueComparison, response: Response, serviceMs?: number) =>
  compileCheck({ name: 'c', subject, comparison }).fault(view(response, serviceMs), 0);

const ERRORS = { body: '{"errors":[{"message":"no"}],"data":null}' };
const ITEMS = { body: '{"items":[{"id":1,"price":5},{"id":2,"price":9}],"total":2,"name":"shop"}' };

test.each<[CheckSubject, ValueComparison, Response, string | undefined]>([
  [json('$.errors'), { kind: 'absent' }, ITEMS, undefined],
  [json('$.errors'), { kind: 'absent' }, ERRORS, '$.errors: expected absent, got [{"message":"no"}]'],
  [json('$.errors'), { kind: 'absent' }, { body: '' }, undefined],
  [json('$.errors'), { kind: 'absent' }, { body: '<html>' }, 'the body is not JSON'],
  [json('$.total'), { kind: 'equal', value: 2 }, ITEMS, undefined],
  [json('$.total'), { kind: 'equal', value: '2' }, ITEMS, '$.total: expected "2", got 2'],
  [json('$.total'), { kind: 'more', value: 2 }, ITEMS, '$.total: expected > 2, got 2'],
  [json('$.total'), { kind: 'at_least', value: 2 }, ITEMS, undefined],
  [json('$.missing'), { kind: 'equal', value: 2 }, ITEMS, '$.missing: expected 2, got absent'],
  [json('$.missing'), { kind: 'not_equal', value: 2 }, ITEMS, '$.missing: expected not 2, got absent'],
  [json('$.items'), { kind: 'length', of: { kind: 'more', value: 1 } }, ITEMS, undefined],
  [json('$.name'), { kind: 'length', of: { kind: 'equal', value: 5 } }, ITEMS, '$.name: expected length 5, got "shop"'],
  [json('$.items[*].price'), { kind: 'less', value: 10 }, ITEMS, undefined],
  [json('$.items[*].price'), { kind: 'less', value: 9 }, ITEMS, '$.items[*].price: expected < 9, got 9'],
  [json('$.items[0]'), { kind: 'equal', value: { id: 1, price: 5 } }, ITEMS, undefined],
  [json('$[0].n'), { kind: 'equal', value: 1 }, { rows: [{ n: 1 }] }, undefined],
  [{ kind: 'header', name: 'x' }, { kind: 'present' }, { headers: { x: '' } }, undefined],
  [{ kind: 'header', name: 'x' }, { kind: 'present' }, {}, 'header x: expected present, got absent'],
  [{ kind: 'header', name: 'x' }, { kind: 'equal', value: 3 }, { headers: { x: '3' } }, undefined],
  [
    { kind: 'header', name: 'x' },
    { kind: 'contains', value: 'json' },
    { headers: { x: 'text/html' } },
    'header x: expected a text that contains json, got text/html',
  ],
  [
    { kind: 'body' },
    { kind: 'not_contains', value: 'error' },
    { body: 'an error' },
    'body: expected a text that does not contain error, got an error',
  ],
  [{ kind: 'body' }, { kind: 'matches', pattern: 'a+b' }, { body: 'xaab' }, undefined],
  [{ kind: 'body' }, { kind: 'matches', pattern: '^a' }, { body: '' }, 'body: expected a match of ^a, got empty'],
  [{ kind: 'body_bytes' }, { kind: 'at_most', value: 3 }, { body: 'äö' }, 'body size: expected <= 3, got 4'],
  [{ kind: 'rows' }, { kind: 'equal', value: 1 }, { rowCount: 0 }, 'rows: expected 1, got 0'],
  [{ kind: 'rows' }, { kind: 'equal', value: 1 }, {}, 'rows: expected 1, got absent'],
])('%j %j of %j: %s', (subject, comparison, response, expected) => {
  expect(fault(subject, comparison, response)).toBe(expected);
});

test('a duration is compared with the service time', () => {
  const bound: ValueComparison = { kind: 'less', value: 5 };
  expect(fault({ kind: 'duration' }, bound, {}, 4.9)).toBeUndefined();
  expect(fault({ kind: 'duration' }, bound, {}, 5)).toBe('duration: expected < 5.00ms, got 5.00ms');
});

test('shows at most 200 characters of a value', () => {
  const shown = fault({ kind: 'body' }, { kind: 'equal', value: '' }, { body: 'x'.repeat(1000) });
  expect(shown).toBe(`body: expected empty, got ${'x'.repeat(200)}…`);
});

test.each<[CheckSubject, ValueComparison, Response]>([
  [json('$.token'), { kind: 'equal', value: 'hunter2' }, { body: '{"token":"hunter3"}' }],
  [
    { kind: 'header', name: 'set-cookie' },
    { kind: 'contains', value: 'hunter2' },
    { headers: { 'set-cookie': 'hunter3' } },
  ],
  [json('$.echo'), { kind: 'equal', value: '#login.password' }, { body: '{"echo":"hunter2"}' }],
  [json('$.user'), { kind: 'equal', value: { password: 'hunter2' } }, { body: '{"user":{"password":"hunter3"}}' }],
  [{ kind: 'body' }, { kind: 'equal', value: 'x' }, { body: `{"token":"hunter2${'x'.repeat(500)}"}` }],
])('%j %j of %j shows no secret', (subject, comparison, response) => {
  const compile = () => () => 'hunter4';
  const shown = compileCheck({ name: 'c', subject, comparison }, compile).fault(view(response), 0);
  expect(shown).toContain('***');
  expect(shown).not.toContain('hunter');
});

test('a check that is named after its part does not repeat it, and shows the value of a template', () => {
  const plan: CheckPlan = { name: '$.name', subject: json('$.name'), comparison: { kind: 'equal', value: '#a.b' } };
  const { fault } = compileCheck(plan, () => (number) => `n${number}`);
  expect(fault(view(ITEMS), 7)).toBe('expected "n7", got "shop"');
});

test.each<CheckPlan>([
  { name: 'a', subject: json('$.['), comparison: { kind: 'present' } },
  { name: 'a', subject: { kind: 'body' }, comparison: { kind: 'matches', pattern: '(' } },
])('refuses %j', (plan) => {
  expect(() => compileCheck(plan)).toThrow(LoadbotError);
});

test('reports the first check that fails, by its place among the names of the job', () => {
  const checks = new OperationChecks(
    {
      sample: 1,
      checks: [
        { name: 'total', subject: json('$.total'), comparison: { kind: 'equal', value: 2 } },
        { name: 'no errors', subject: json('$.errors'), comparison: { kind: 'absent' } },
      ],
    },
    ['other', 'total', 'no errors'],
    1,
  );
  expect(checks.firstFailed(view(ITEMS), 0)).toBeUndefined();
  expect(checks.firstFailed(view({ body: '{"total":2,"errors":[]}' }), 0)).toEqual({
    index: 2,
    message: 'no errors: $.errors: expected absent, got []',
  });
});

test('checks the given share of the responses, the same ones for a seed', () => {
  const plan: CheckPlan = { name: 'a', subject: { kind: 'body' }, comparison: { kind: 'equal', value: 'never' } };
  const failedOf = (seed: number): number[] => {
    const checks = new OperationChecks({ sample: 0.1, checks: [plan] }, ['a'], seed);
    return Array.from({ length: 10_000 }, (_, n) => n).filter((n) => checks.firstFailed(view({}), n) !== undefined);
  };
  expect(failedOf(1).length).toBeGreaterThan(900);
  expect(failedOf(1).length).toBeLessThan(1100);
  expect(failedOf(1)).toEqual(failedOf(1));
  expect(failedOf(1)).not.toEqual(failedOf(2));
});
