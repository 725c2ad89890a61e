import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineWorkload, run } from 'loadbot-agent';
import { afterAll, beforeAll, expect, test } from 'vitest';

// A load test of a service among its other tests: npm install --save-dev loadbot-agent vitest
let server: Server;
let requests = 0;

beforeAll(async () => {
  server = createServer((_, response) => {
    requests++;
    response.end('{"status":"ok"}');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterAll(() => {
  server.close();
});

const workload = defineWorkload({
  jobs: [
    {
      name: 'health',
      type: 'read',
      http: { path: '/health' },
      expect: { status: 200, json: { '$.status': 'ok' } },
      connections: 10,
      pace: 200,
      duration: '3s',
      thresholds: ['error_rate < 1%', 'p(99) < 1s'],
    },
  ],
});

test('answers 200 requests per second within a second', { timeout: 60_000 }, async () => {
  const { port } = server.address() as AddressInfo;
  const result = await run(workload, {
    connectionString: `http://127.0.0.1:${port}`,
    // Tests often share their machine: it must not decide over the service.
    allowInvalid: true,
  });
  expect(result.verdict, result.reason).toBe('passed');
  expect(result.jobs).toMatchObject([{ name: 'health', requests: 600, errors: 0 }]);
  expect(requests).toBe(600);
});
