import { expect, onTestFinished, test } from 'vitest';
import { runWorkload, startWorkload } from '../e2e/agent.ts';
import { EchoServer } from '../websocket/echo-server.ts';

const DELAY_MS = 50;
const MESSAGES = 100;
const STALL_MS = 1000;
const RATE = 200;
/** Attempts on a machine that other processes delay: they disturb some runs, a wrong driver all of them. */
const ATTEMPTS = 5;

async function start(options: Parameters<typeof EchoServer.start>[0]): Promise<EchoServer> {
  const server = await EchoServer.start(options);
  onTestFinished(() => server.stop());
  return server;
}

function workload({ port }: EchoServer, job: object): object {
  const command = { send: { id: '#sequence' }, match: ['/id'] };
  return { connection_string: `ws://127.0.0.1:${port}`, jobs: [{ name: 'ask', type: 'read', command, ...job }] };
}

/** Median time from a message to its answer in milliseconds, and its own median in the server. */
async function mediansOf(server: EchoServer): Promise<{ readonly measured: number; readonly own: number }> {
  server.durationsMs.length = 0;
  const { result } = await runWorkload(workload(server, { pace: 100, operations: MESSAGES, connections: 10 }));
  const own = server.durationsMs.toSorted((a, b) => a - b);
  return {
    measured: (result.jobs[0]?.service_time.percentiles_seconds.p50 ?? NaN) * 1000,
    own: own[MESSAGES / 2] ?? NaN,
  };
}

test('WebSocket: the service time contains the delay of the server, within 1 ms or 2 %', async () => {
  const [fast, slow] = [await start({}), await start({ delayMs: DELAY_MS, broadcasts: 1 })];
  const errorsMs: number[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // A message without delay costs client, server and kernel the same time, on the same machine.
    const plain = await mediansOf(fast);
    const delayed = await mediansOf(slow);
    expect(delayed.own).toBeGreaterThanOrEqual(DELAY_MS - 1);
    const errorMs = delayed.measured - delayed.own - (plain.measured - plain.own);
    if (Math.abs(errorMs) <= Math.max(1, delayed.own * 0.02)) return;
    errorsMs.push(errorMs);
  }
  throw new Error(`no run was undisturbed: ${errorsMs.join(', ')} ms`);
});

test('WebSocket: a stall of the server delays the response times of all messages that were due in it', async () => {
  const means: number[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const server = await start({});
    const operations = 2 * RATE;
    const { ended } = startWorkload(workload(server, { pace: RATE, operations, connections: 1 }));
    await expect.poll(() => server.received, { interval: 5 }).toBeGreaterThan(RATE / 4);
    server.stalledUntilMs = performance.now() + STALL_MS;
    const { status, result } = await ended;
    expect([status, server.received]).toEqual([0, operations]);
    const [job] = result.jobs;
    // One message waits for the whole stall. Those that are due in it wait for half of it on average.
    const expectedSeconds = (RATE * (STALL_MS / 1000) ** 2) / 2 / operations;
    const response = job?.response_time?.mean_seconds ?? NaN;
    const service = job?.service_time.mean_seconds ?? NaN;
    expect(response).toBeGreaterThan(0.9 * expectedSeconds);
    if (response < 1.1 * expectedSeconds && service < expectedSeconds / 20) return;
    means.push(response, service);
  }
  throw new Error(`no run was undisturbed: means of ${means.join(', ')} s`);
});
