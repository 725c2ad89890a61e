import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Agent, workloadFile } from './agent.ts';

test('requests carry trace ids, and exemplars of durations refer to them', async () => {
  const seen: string[] = [];
  const target = createServer((request, response) => {
    seen.push(String(request.headers['traceparent']));
    setTimeout(() => response.end('{}'), 20);
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  onTestFinished(() => {
    target.closeAllConnections();
    target.close();
  });
  const agent = new Agent([
    'run',
    workloadFile({
      connection_string: `http://127.0.0.1:${(target.address() as AddressInfo).port}`,
      jobs: [
        { name: 'traced', type: 'read', http: { path: '/' }, pace: 100, operations: 50, connections: 4, trace: true },
        { name: 'lingering', type: 'sleep', duration: '10m' },
      ],
    }),
    '--metrics_export_port',
    '0',
  ]);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, url = ''] = await agent.sees(/metrics: (http:\S+)/);
  await agent.sees(/traced: completed/);

  expect(seen).toHaveLength(50);
  for (const header of seen) expect(header).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
  const traceIds = seen.map((header) => header.split('-')[1]);
  expect(new Set(traceIds).size).toBe(50);

  const scraped = await fetch(url, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
  const exemplars = [
    ...(await scraped.text()).matchAll(/^(requests_\w+_bucket)\{.*?\} \S+ # \{trace_id="(\w+)"\} (\S+) (\S+)$/gm),
  ];
  expect(new Set(exemplars.map(([, name]) => name))).toEqual(
    new Set(['requests_duration_seconds_bucket', 'requests_response_seconds_bucket']),
  );
  for (const [, , traceId, seconds, epochSeconds] of exemplars) {
    expect(traceIds).toContain(traceId);
    expect(Number(seconds)).toBeGreaterThan(0.0195);
    expect(Math.abs(Number(epochSeconds) - Date.now() / 1000)).toBeLessThan(30);
  }
  expect(await (await fetch(url)).text()).not.toContain('trace_id');
});
