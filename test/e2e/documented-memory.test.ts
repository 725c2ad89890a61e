import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LINUX } from '../needs.ts';
import { describeWithServices } from '../services/binary.ts';
import { Agent, workloadFile } from './agent.ts';
import { residentMib } from './resident-memory.ts';

const OPERATIONS = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
/** Megabytes that the documentation gives: while an agent waits, and during a run. */
const [, IDLE_MB = '', RUN_MB = ''] =
  /\| memory \| (\d+) MB while it waits, (\d+) MB during a run/.exec(OPERATIONS) ?? [];
const MB = 1e6 / (1024 * 1024);
/** Heaps of Node grow by steps of up to 16 MB, whenever it sees fit. */
const MARGIN = 1.25;

/** Scrapes until `stopped`; returns the durations in milliseconds. */
async function scrapeUntil(url: string, stopped: () => boolean, everyMs: number): Promise<readonly number[]> {
  const times: number[] = [];
  while (!stopped()) {
    const startedMs = performance.now();
    await (await fetch(url)).text();
    times.push(performance.now() - startedMs);
    await sleep(everyMs);
  }
  return times;
}

// At once: memory is measured, not time.
describeWithServices('documented memory', [LINUX], () => {
  test.concurrent('is enough for an idle agent that is scraped', async () => {
    const agent = new Agent(['start-agent', '--name', 'idle', '--port', '0', '--metrics_export_port', '0']);
    const [, url = ''] = await agent.sees(/metrics: (http:\S+)/);
    const untilMs = performance.now() + 8000;
    await scrapeUntil(url, () => performance.now() > untilMs, 100);
    const mib = residentMib(agent.child.pid);
    agent.child.kill('SIGTERM');
    await agent.ended;
    expect(mib).toBeLessThan(Number(IDLE_MB) * MB * MARGIN);
  });

  test.concurrent('is enough for a run of 1,000 requests per second that is scraped and pushes', async () => {
    const receiver = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(204).end());
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const target = new Agent(['target', '--port', '0']);
    const [, targetUrl = ''] = await target.sees(/listens on (\S+)/);
    const agent = new Agent([
      'run',
      workloadFile({
        connection_string: targetUrl,
        agent: {
          name: 'paced',
          metrics_export_port: 0,
          metrics_export_url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
          metrics_export_interval_seconds: 1,
        },
        jobs: [{ name: 'a', type: 'write', collection: 'c', connections: 10, pace: 1000, duration: '20s' }],
      }),
      '--quiet',
    ]);
    const [, url = ''] = await agent.sees(/metrics: (http:\/\/127\.0\.0\.1:\S+)/);
    const untilMs = performance.now() + 18_000;
    const mib: number[] = [];
    await scrapeUntil(
      url,
      () => {
        mib.push(residentMib(agent.child.pid) ?? 0);
        return performance.now() > untilMs;
      },
      500,
    );
    agent.child.kill('SIGKILL');
    target.child.kill('SIGKILL');
    await Promise.all([agent.ended, target.ended]);
    receiver.closeAllConnections();
    receiver.close();
    expect(Math.max(...mib)).toBeGreaterThan(50);
    expect(Math.max(...mib)).toBeLessThan(Number(RUN_MB) * MB * MARGIN);
  });

  test.concurrent('does not grow with 300 clients that never read, and others are served meanwhile', async () => {
    const jobs: object[] = Array.from({ length: 100 }, (_, index) => ({
      name: `job ${index}`,
      type: 'mixed',
      collection: `c${index}`,
      mixed: { read: 1, write: 1, update: 1, bulk_write: 1 },
      operations: 20,
      connections: 2,
    }));
    jobs.push({ name: 'last', type: 'write', collection: 'z', pace: 50, duration: '60s' });
    const agent = new Agent([
      'run',
      workloadFile({ connection_string: 'embedded:', agent: { metrics_export_port: 0, port: '0' }, jobs }),
    ]);
    const [, url = ''] = await agent.sees(/metrics: (http:\S+)/);
    const [, control = ''] = await agent.sees(/control: (http:\S+)/);
    await agent.sees(/last: \d+%/);
    for (let index = 0; index < 5; index++) await (await fetch(url)).text();
    const before = residentMib(agent.child.pid) ?? NaN;
    const { hostname, port } = new URL(url);
    const readers = Array.from({ length: 300 }, () => {
      const reader = connect(Number(port), hostname).on('error', () => {});
      reader.pause().write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3));
      return reader;
    });
    const untilMs = performance.now() + 15_000;
    let largest = 0;
    const stopped = (): boolean => {
      largest = Math.max(largest, residentMib(agent.child.pid) ?? 0);
      return performance.now() > untilMs;
    };
    const times = await Promise.all([scrapeUntil(url, stopped, 200), scrapeUntil(control, stopped, 200)]);
    for (const reader of readers) reader.destroy();
    agent.child.kill('SIGKILL');
    await agent.ended;
    expect(largest - before, `from ${before} to ${largest} MiB`).toBeLessThan(100);
    for (const each of times) {
      // Each takes well below a second on a machine that does nothing else.
      expect(each.length).toBeGreaterThan(1);
      expect(Math.min(...each)).toBeLessThan(3000);
    }
  });
});
