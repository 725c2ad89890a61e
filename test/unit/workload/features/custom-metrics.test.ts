import { expect, test } from 'vitest';
import { LoadbotError } from '../../../../src/shared/errors.ts';
import { planJob } from '../planning.ts';

const scenario = (capture: object): object => ({
  type: 'scenario',
  steps: [{ name: 'a', http: { path: '/' }, capture }],
});
const CAPTURE = { orders: { json: '$.n', metric: 'orders_total' } };
const DECLARED = { orders_total: { type: 'counter' }, cart_seconds: { type: 'trend', help: 'Carts.' } };

async function problemsOf(job: object, file: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const planned = planJob(job, file);
  const error = await planned.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof LoadbotError)) throw new Error('expected problems');
  return error.problems.map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`));
}

test('a job has the metrics that it asks for, then those that it records', async () => {
  const { metrics } = await planJob({ ...scenario(CAPTURE), first_byte: true }, { custom_metrics: DECLARED });
  expect(metrics.map(({ index, name, family, scope }) => [index, name, family, scope])).toEqual([
    [0, 'first_byte', 'requests_first_byte_seconds', 'requests'],
    [1, 'orders_total', 'orders_total', 'job'],
  ]);
  expect((await planJob({ duration: '1s' }, { custom_metrics: DECLARED })).metrics).toEqual([]);
});

test.each([
  ['requests_sold', "`requests_` begins the names of the agent's own metrics"],
  ['go_carts', "`go_` begins the names of the agent's own metrics"],
  ['count', '`count` has another meaning in thresholds'],
  ['first_byte', '`first_byte` has another meaning in thresholds'],
  ['cart_seconds_count', '`cart_seconds_count` is also a series of the trend `cart_seconds`'],
  ['order-count', 'Prometheus accepts'],
  ['1st', 'Prometheus accepts'],
])('%s is not a name: %s', async (name, message) => {
  const file = { custom_metrics: { ...DECLARED, [name]: { type: 'counter' } } };
  expect(await problemsOf({ duration: '1s' }, file)).toEqual([expect.stringContaining(message)]);
});

test('reports captures with an unknown metric, or whose requests are not counted', async () => {
  const job = {
    ...scenario({ orders: { json: '$.n', metric: 'order_total' } }),
    before: [{ name: 'b', http: { path: '/' }, capture: CAPTURE }],
  };
  const problems = await problemsOf(job, { custom_metrics: DECLARED });
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain('no custom metric is called "order_total" (did you mean `orders_total`?)');
  expect(problems[1]).toContain('`metric` does not apply in `before`, whose requests are not counted');
});

test.each([
  ['order_total > 0', '`order_total` is not a known metric (did you mean `orders_total`?)'],
  ['cart p(99) < 2s', '`cart` is neither service nor response time, nor a custom metric'],
  ['cart_seconds p(99) < 2s', 'does not record `cart_seconds` (give a capture of the job `metric: "cart_seconds"`)'],
  ['first_byte p(99) < 2s', 'does not record `first_byte` (give the job `first_byte: true`)'],
  ['orders_total p(99) < 2s', '`orders_total` is a counter, which has no durations'],
])('the threshold %s: %s', async (threshold, message) => {
  const job = { ...scenario(CAPTURE), thresholds: [threshold] };
  expect(await problemsOf(job, { custom_metrics: DECLARED })).toEqual([expect.stringContaining(message)]);
});

test('first_byte is refused where responses have no bytes of their own', async () => {
  const file = { connection_string: 'postgres://127.0.0.1/a' };
  expect(await problemsOf({ first_byte: true, duration: '1s' }, file)).toEqual([
    expect.stringContaining('`first_byte` does not apply to PostgreSQL'),
  ]);
});
