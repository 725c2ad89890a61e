import { expect, test } from 'vitest';
import { SimulatedRun } from './simulated-run.ts';

const METRICS = { orders_total: { type: 'counter' }, cart_seconds: { type: 'trend' } };
const STEP = {
  name: 'checkout',
  http: { path: '/' },
  capture: {
    orders: { json: '$.orders', metric: 'orders_total' },
    cart: { json: '$.cart', metric: 'cart_seconds' },
  },
};

test('a capture with a metric records its value once for the whole scenario', async () => {
  const run = await SimulatedRun.start(
    { connections: 3, operations: 10, steps: [STEP, { name: 'home', http: { path: '/' } }] },
    {
      threads: 2,
      workload: { custom_metrics: METRICS },
      answer: ({ sequence }) => ({ json: { orders: 2, cart: String(0.25 * (1 + (sequence % 2))) } }),
    },
  );
  await run.finish();
  const [orders, cart] = run.tally().metrics;
  expect(orders).toMatchObject({ metric: { name: 'orders_total' }, total: 20 });
  expect(cart?.durations).toMatchObject({ counts: [0, 10, 0], sumSeconds: 3.75, maxSeconds: 0.5 });
  expect([run.tally('checkout').metrics, run.tally('home').metrics]).toEqual([[], []]);
  expect(run.tally().ok).toBe(10);
});

test.each([
  [{ orders: 1.5, cart: 1 }, 'checkout: metric orders_total: 1.5 is not a whole number of at least 0'],
  [{ orders: -1, cart: 1 }, 'checkout: metric orders_total: -1 is not a whole number of at least 0'],
  [{ orders: 1, cart: 'soon' }, 'checkout: metric cart_seconds: "soon" is not a number of seconds of at least 0'],
  [{ orders: 1, cart: [1] }, 'checkout: metric cart_seconds: [1] is not a number of seconds of at least 0'],
])('%j fails the step', async (json, message) => {
  const run = await SimulatedRun.start(
    { operations: 1, steps: [STEP] },
    { workload: { custom_metrics: METRICS }, answer: () => ({ json }) },
  );
  await run.finish();
  expect(run.tally('checkout').errors.check).toBe(1);
  expect(run.failures.map((failure) => failure.message)).toEqual([message]);
});
