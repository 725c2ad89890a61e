import { expect, onTestFinished, test } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import { OrdersServer, PROTO } from '../grpc/orders-server.ts';

const DELAY_MS = 50;
const CALLS = 100;
/** Attempts on a machine that other processes delay: they disturb some runs, a wrong driver all of them. */
const ATTEMPTS = 5;

async function start(options: Parameters<typeof OrdersServer.start>[0]): Promise<OrdersServer> {
  const server = await OrdersServer.start(options);
  onTestFinished(() => server.stop());
  return server;
}

/** Median duration of calls in milliseconds, and their own median in the server. */
async function mediansOf(server: OrdersServer): Promise<{ readonly measured: number; readonly own: number }> {
  server.durationsMs.length = 0;
  const { result } = await runWorkload({
    connection_string: `grpc://127.0.0.1:${server.port}`,
    driver_options: { proto: PROTO },
    jobs: [
      {
        name: 'orders',
        type: 'read',
        command: { method: 'shop.Orders/Get', message: { id: '#sequence' } },
        pace: 50,
        operations: CALLS,
        connections: 10,
      },
    ],
  });
  const own = server.durationsMs.toSorted((a, b) => a - b);
  return { measured: (result.jobs[0]?.service_time.percentiles_seconds.p50 ?? NaN) * 1000, own: own[CALLS / 2] ?? NaN };
}

test('gRPC: the service time contains the delay of the server, within 1 ms or 2 %', async () => {
  const [fast, slow] = [await start({}), await start({ delayMs: DELAY_MS })];
  const errorsMs: number[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // A call without delay costs client, server and kernel the same time, on the same machine.
    const plain = await mediansOf(fast);
    const delayed = await mediansOf(slow);
    expect(delayed.own).toBeGreaterThanOrEqual(DELAY_MS - 1);
    const errorMs = delayed.measured - delayed.own - (plain.measured - plain.own);
    if (Math.abs(errorMs) <= Math.max(1, delayed.own * 0.02)) return;
    errorsMs.push(errorMs);
  }
  throw new Error(`no run was undisturbed: ${errorsMs.join(', ')} ms`);
});
