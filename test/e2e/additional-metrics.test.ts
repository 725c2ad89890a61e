import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { parseResultDocument } from '../../src/reports/document/parse-result-document.ts';
import { loadbot, runWorkload, scratchFile } from './agent.ts';
import { SlowBodyServer } from './slow-body-server.ts';

test.each([1, 2] as const)('HTTP/%s: every response has a time to its first byte, before its end', async (version) => {
  const server = new SlowBodyServer(version);
  const url = await server.listen();
  onTestFinished(() => server.close());
  const { result, stdout, status } = await runWorkload({
    connection_string: url,
    threads: 2,
    jobs: [
      {
        name: 'slow',
        type: 'read',
        http: { path: '/', ...(version === 2 && { version }) },
        connections: 5,
        operations: 40,
        first_byte: true,
        thresholds: ['first_byte count == 40', 'first_byte max > 0s'],
      },
      { name: 'other', type: 'read', http: { path: '/', ...(version === 2 && { version }) }, operations: 1 },
    ],
  });
  expect([status, server.wholeMs.length]).toEqual([0, 41]);
  const [slow, other] = result.jobs;
  const { family, durations } = slow?.metrics['first_byte'] ?? {};
  expect([family, durations?.count, slow?.service_time.count]).toEqual(['requests_first_byte_seconds', 40, 40]);
  expect(durations?.sum_seconds).toBeLessThan(slow?.service_time.sum_seconds ?? 0);
  expect(durations?.sum_seconds).toBeGreaterThan(0);
  expect(stdout).toMatch(/^  first byte +\d/m);
  expect(other?.metrics).toEqual({});
});

test('a captured value is in the result, the metrics and the thresholds, and equals that of the server', async () => {
  let orders = 0;
  const server = createServer((_, response) => {
    orders += 2;
    response.setHeader('x-cart-seconds', '0.25');
    response.end(JSON.stringify({ orders: 2 }));
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const [csv, markdown] = [scratchFile('csv'), scratchFile('md')];
  const { result, status, stdout } = await runWorkload(
    {
      connection_string: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      custom_metrics: { orders_total: { type: 'counter' }, cart_seconds: { type: 'trend' } },
      jobs: [
        {
          name: 'shop',
          type: 'scenario',
          connections: 3,
          operations: 50,
          steps: [
            {
              name: 'checkout',
              http: { path: '/checkout' },
              capture: {
                orders: { json: '$.orders', metric: 'orders_total' },
                cart: { header: 'x-cart-seconds', metric: 'cart_seconds' },
              },
            },
          ],
          thresholds: ['orders_total == 100', 'cart_seconds max == 250ms', 'cart_seconds avg <= 250ms'],
        },
      ],
    },
    ['--report', `csv=${csv},markdown=${markdown}`],
  );
  expect([status, orders]).toEqual([0, 100]);
  const [iterations, checkout] = result.jobs;
  expect(iterations?.metrics).toMatchObject({
    orders_total: { type: 'counter', total: 100, durations: null },
    cart_seconds: { type: 'trend', total: null, durations: { count: 50, sum_seconds: 12.5, max_seconds: 0.25 } },
  });
  expect(checkout?.metrics).toEqual({});
  expect(readFileSync(markdown, 'utf8')).toContain('`orders_total`');
  expect(stdout).toMatch(/^  orders_total +100 /m);
  expect(stdout).toMatch(/^  cart_seconds +250ms /m);
  const [header, first] = readFileSync(csv, 'utf8')
    .split('\r\n')
    .map((line) => line.split(','));
  const cellOf = (name: string): string | undefined => first?.[header?.indexOf(name) ?? -1];
  expect([cellOf('metric_orders_total'), cellOf('metric_cart_seconds_count')]).toEqual(['100', '50']);
});

test('the examples of the docs run', async () => {
  const server = createServer((_, response) => {
    response.setHeader('x-cart-seconds', '0.25');
    response.end(JSON.stringify({ orders: 2 }));
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  for (const [title, metric] of [
    ['Time to first byte', 'first_byte'],
    ['Custom metrics', 'orders_total'],
  ] as const) {
    const [, section = ''] = page.split(`### ${title}\n`);
    const [, example = ''] = /^```jsonc\n([^]+?)^```$/m.exec(section) ?? [];
    const [out, file] = [scratchFile('json'), scratchFile('jsonc')];
    // For a test: a short run with few values, which may take longer.
    const short = example.replace('"duration": "30s"', '"duration": "1s"').replace(/p\(\d+\) < \w+/, 'p(50) < 1m');
    writeFileSync(file, short);
    const { status } = await loadbot(['run', file, '--connection_string', url, '--out', out]);
    const [job] = parseResultDocument(readFileSync(out, 'utf8'), out).jobs;
    const { total, durations } = job?.metrics[metric] ?? {};
    expect([status, (total ?? durations?.count ?? 0) > 0]).toEqual([0, true]);
  }
});
