import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { prioritizeProcesses } from '../../e2e/cpu-priority.ts';
import { EventServer } from '../../e2e/event-server.ts';
import { describeWithServices } from '../binary.ts';
import { jobNamed } from '../conservation.ts';
import { NATS, type NatsService, startNats } from '../nats.ts';
import { Fleet } from './fleet.ts';

prioritizeProcesses();

describeWithServices('additional metrics of a fleet', [NATS], () => {
  let bus: NatsService;
  let fleet: Fleet;
  beforeAll(async () => {
    bus = await startNats();
    fleet = await Fleet.start(bus.port, { threads: [1, 2] });
  });
  afterAll(() => bus.stop());

  test('events of streams are those of the server, and each response has its times', async () => {
    const server = new EventServer({ headMs: 5, gapsMs: [5, 5, 5, 5] });
    const url = await server.listen();
    onTestFinished(() => server.close());
    const job = { name: 'chat', type: 'read', http: { path: '/' }, connections: 6, operations: 60, stream: 'sse' };
    const thresholds = ['events == 300', 'first_byte count == 60'];
    const { status, stderr, result } = await fleet.run({ connection_string: url, jobs: [{ ...job, thresholds }] });
    expect(status, stderr).toBe(0);
    const { metrics, requests } = jobNamed(result, 'chat');
    expect([requests, server.sent, metrics['events']?.total]).toEqual([60, 300, 300]);
    const counts = ['first_byte', 'first_event', 'event_gap'].map((name) => metrics[name]?.durations?.count);
    expect(counts).toEqual([60, 60, 240]);
    expect(metrics['event_gap']?.durations?.buckets.at(-1)).toEqual({ le: '+Inf', count: 240 });
  });

  test('custom metrics of a scenario are added up', async () => {
    const server = createServer((_, response) => {
      response.setHeader('x-cart-seconds', '0.25');
      response.end(JSON.stringify({ orders: 2 }));
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const capture = {
      orders: { json: '$.orders', metric: 'orders_total' },
      cart: { header: 'x-cart-seconds', metric: 'cart_seconds' },
    };
    const { status, stderr, result } = await fleet.run({
      connection_string: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      custom_metrics: { orders_total: { type: 'counter' }, cart_seconds: { type: 'trend' } },
      jobs: [
        {
          name: 'shop',
          type: 'scenario',
          connections: 6,
          operations: 90,
          steps: [{ name: 'checkout', http: { path: '/' }, capture }],
        },
      ],
    });
    expect(status, stderr).toBe(0);
    const { metrics } = jobNamed(result, 'shop');
    expect(metrics['orders_total']?.total).toBe(180);
    expect(metrics['cart_seconds']?.durations).toMatchObject({ count: 90, sum_seconds: 22.5, max_seconds: 0.25 });
  });
});
