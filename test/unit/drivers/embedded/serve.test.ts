import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, get, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { AccessRecord } from '../../../../src/drivers/embedded/access-log.ts';
import type { RunningTarget, TargetOptions } from '../../../../src/drivers/embedded/target.ts';
import { serveTarget } from '../../../../src/drivers/embedded/serve.ts';
import type { TargetStats } from '../../../../src/drivers/embedded/target-statistics.ts';

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function open(options: Partial<TargetOptions> = {}): Promise<RunningTarget> {
  const target = await serveTarget(options);
  cleanUps.push(() => target.close());
  return target;
}

async function temporaryFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'loadbot-target-'));
  cleanUps.push(() => rm(directory, { recursive: true }));
  return join(directory, 'access.ndjson');
}

async function readLog(path: string): Promise<AccessRecord[]> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line) as AccessRecord);
}

async function statusOf(target: RunningTarget, path: string, init?: RequestInit): Promise<number> {
  const response = await fetch(target.url + path, init);
  await response.arrayBuffer();
  return response.status;
}

describe('a plain target', () => {
  it('answers the REST mapping over HTTP', async () => {
    const target = await open();
    const posted = await fetch(`${target.url}/users`, { method: 'POST', body: '{"_id":"ü","n":1}' });
    expect([posted.status, posted.headers.get('content-type')]).toEqual([201, 'application/json']);
    expect(await posted.json()).toEqual({ _id: 'ü' });
    const got = await fetch(`${target.url}/users/%C3%BC`);
    expect(await got.json()).toEqual({ _id: 'ü', n: 1 });
    expect(await statusOf(target, '/users/nobody')).toBe(404);
  });

  it('counts by operation and status, and reports at /_target without counting these requests', async () => {
    const target = await open();
    for (let n = 0; n < 5; n++) await statusOf(target, '/users', { method: 'POST', body: `{"_id":${n}}` });
    for (let n = 3; n < 10; n++) await statusOf(target, `/users/${n}`);
    await statusOf(target, '/users/0', { method: 'PATCH', body: '{"a":1}' });
    await statusOf(target, '/a/b/c');
    const statistics = (await (await fetch(`${target.url}/_target`)).json()) as TargetStats;
    expect(statistics).toMatchObject({
      requests: 14,
      inFlight: 0,
      abandoned: 0,
      responses: { write: { 201: 5 }, read: { 200: 2, 404: 5 }, update: { 200: 1 }, other: { 404: 1 } },
      documents: { users: 5 },
      stalls: { begun: 0, ended: 0, latest: [] },
    });
    expect(statistics.arrivals.counts.reduce((sum, count) => sum + count, 0)).toBe(14);
    expect(await target.stats()).toMatchObject({ requests: 14 });
    expect(await statusOf(target, '/_target', { method: 'POST', body: '' })).toBe(405);
  });

  it('keeps connections alive and answers pipelined requests in order', async () => {
    const target = await open();
    const socket = connect(Number(new URL(target.url).port), '127.0.0.1');
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    socket.write(['/a', '/b/1/2', '/c'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
    await expect
      .poll(
        () =>
          Buffer.concat(received)
            .toString()
            .match(/HTTP\/1.1 404/g)?.length,
      )
      .toBe(3);
    expect(Buffer.concat(received).toString()).toMatch(/not found[^]*no such resource: \/b\/1\/2[^]*not found/);
    socket.destroy();
  });

  it('reports a port that is in use', async () => {
    const first = await open();
    const port = Number(new URL(first.url).port);
    await expect(serveTarget({ port })).rejects.toMatchObject({
      name: 'LoadbotError',
      code: 'port_in_use',
      message: `cannot listen on 127.0.0.1:${port}: address already in use, so the target cannot listen there`,
    });
  });

  it('reports an address that is not local', async () => {
    await expect(serveTarget({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('prints a usable address', async () => {
    expect((await open({ host: '0.0.0.0' })).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});

describe('faults', () => {
  it('delays each response by the latency, never less', async () => {
    // Until one of them is on time: a busy machine lengthens most, but shortens none.
    const durationsMs: number[] = [];
    for (let tries = 0; tries < 20 && !(Math.min(...durationsMs) < 16); tries++) {
      const path = await temporaryFile();
      const target = await open({ latencyMs: 15, accessLog: path });
      for (let n = 0; n < 20; n++) {
        const sentMs = performance.now();
        await statusOf(target, '/users', { method: 'POST', body: '{}' });
        expect(performance.now() - sentMs).toBeGreaterThanOrEqual(15);
      }
      await target.close();
      const logged = (await readLog(path)).map(({ ms }) => ms);
      expect(logged).toHaveLength(20);
      durationsMs.push(...logged);
    }
    expect(Math.min(...durationsMs)).toBeGreaterThanOrEqual(15);
    expect(Math.min(...durationsMs)).toBeLessThan(16);
  });

  it('counts the delay from the arrival of the head, not from the end of the body', async () => {
    // The shortest of a few: a busy machine lengthens them all, but not by 100 ms each.
    const durationsMs: number[] = [];
    for (let tries = 0; tries < 8 && Math.min(...durationsMs) >= 290; tries++) durationsMs.push(await slowUpload());
    expect(Math.min(...durationsMs)).toBeGreaterThanOrEqual(200);
    expect(Math.min(...durationsMs)).toBeLessThan(290); // 300 if the delay began with the body's end
  });

  /** The logged duration of a request whose body ends 100 ms after its head, with a latency of 200 ms. */
  async function slowUpload(): Promise<number> {
    const path = await temporaryFile();
    const target = await open({ latencyMs: 200, accessLog: path });
    const upload = request(`${target.url}/users`, { method: 'POST' });
    const answered = new Promise<void>((resolve) => {
      upload.on('response', (response) => response.resume().on('end', resolve));
    });
    upload.write('{"a":');
    await sleep(100);
    upload.end('1}');
    await answered;
    await target.close();
    const [record] = await readLog(path);
    return record?.ms ?? NaN;
  }

  it('answers 500 at its rate, for the same requests with the same seed, without executing them', async () => {
    const statuses = await Promise.all(
      [5, 5].map(async (seed) => {
        const target = await open({ errorRate: 0.3, seed });
        const seen: number[] = [];
        for (let n = 0; n < 60; n++) seen.push(await statusOf(target, '/users', { method: 'POST', body: '{}' }));
        const stored = seen.filter((status) => status === 201).length;
        expect(await target.stats()).toMatchObject({
          documents: { users: stored },
          responses: { write: { 201: stored, 500: 60 - stored } },
        });
        return seen;
      }),
    );
    expect(statuses[0]).toEqual(statuses[1]);
    const failed = statuses[0]?.filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(5); // 18 expected
    expect(failed).toBeLessThan(35);
  });

  it('holds responses until the end of a stall', async () => {
    const path = await temporaryFile();
    const target = await open({ stall: { everyMs: 200, forMs: 150 }, accessLog: path });
    const { startedEpochMs } = await target.stats();
    for (let n = 0; n < 12; n++) {
      await statusOf(target, '/users');
      await sleep(23);
    }
    await target.close();
    const records = await readLog(path);
    // By the target's own log nothing went out in a stall, and what arrived in one went out after its end.
    let [held, late] = [0, 0];
    for (const { t, ms } of records) {
      const arrivedMs = t - startedEpochMs;
      const leftMs = arrivedMs + ms;
      if (leftMs % 200 >= 80) late++; // 50, and 30 for the time it takes to write a response
      if (arrivedMs % 200 < 50) continue;
      held++;
      expect(leftMs).toBeGreaterThan(200 * Math.ceil(arrivedMs / 200) - 0.01); // the log has three decimals
    }
    expect(records).toHaveLength(12);
    expect(held).toBeGreaterThan(2);
    // A busy machine delays a few writes into the next stall; without stalls it would be nine of twelve.
    expect(late).toBeLessThanOrEqual(4);
    const { stalls } = await target.stats();
    expect(stalls.begun).toBeGreaterThanOrEqual(3);
    expect(stalls.latest[0]).toEqual({ begunEpochMs: startedEpochMs + 50, endedEpochMs: startedEpochMs + 200 });
  });
});

describe('the access log', () => {
  it('has a line for each request, from which a report can be verified', async () => {
    const path = await temporaryFile();
    const target = await open({ accessLog: path });
    const beforeMs = Date.now();
    await statusOf(target, '/users', { method: 'POST', body: '{"_id":"a"}' });
    await statusOf(target, '/users/a?x="\\');
    await statusOf(target, '/_target');
    await target.close();
    const records = await readLog(path);
    expect(records.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', '/users', 201],
      ['GET', '/users/a?x=%22\\', 200],
    ]);
    for (const { t, ms } of records) {
      expect(t).toBeGreaterThan(beforeMs - 2); // the clock of the epoch counts whole milliseconds
      expect(t).toBeLessThan(Date.now() + 2);
      expect(ms).toBeGreaterThan(0);
    }
  });

  it('is written in blocks, complete when close returns, and appended to by the next target', async () => {
    const path = await temporaryFile();
    const agent = new Agent({ keepAlive: true, maxSockets: 10 });
    const longPath = `/users/${'k'.repeat(200)}`;
    for (let run = 1; run <= 2; run++) {
      const target = await open({ accessLog: path });
      const requests = Array.from(
        { length: 600 },
        () =>
          new Promise<void>((resolve, reject) => {
            get(target.url + longPath, { agent }, (response) => response.resume().on('end', resolve)).on(
              'error',
              reject,
            );
          }),
      );
      await Promise.all(requests);
      await target.close();
      await target.close();
      expect(await readLog(path)).toHaveLength(600 * run);
    }
    agent.destroy();
  });

  it('counts clients that left as such', async () => {
    const path = await temporaryFile();
    const target = await open({ latencyMs: 400, accessLog: path });
    const leaving = new AbortController();
    const waiting = statusOf(target, '/users', { signal: leaving.signal });
    const upload = request(`${target.url}/users`, { method: 'POST', headers: { 'content-length': 10 } });
    upload.on('error', () => undefined);
    upload.write('12345');
    await expect.poll(async () => (await target.stats()).inFlight).toBe(2);
    leaving.abort();
    upload.destroy();
    await expect(waiting).rejects.toThrow('aborted');
    await expect.poll(async () => (await target.stats()).abandoned).toBe(2);
    expect(await target.stats()).toMatchObject({ requests: 2, inFlight: 0, responses: {} });
    await target.close();
    expect((await readLog(path)).map(({ status }) => status)).toEqual([499, 499]);
  });

  it('fails before the server listens if it cannot be written', async () => {
    await expect(serveTarget({ accessLog: '/nowhere/at/all' })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('cannot write the access log /nowhere/at/all') as string,
    });
  });
});

describe('closing', () => {
  it('cuts off waiting requests and counts them', async () => {
    const target = await open({ latencyMs: 60_000 });
    const waiting = statusOf(target, '/users');
    await expect.poll(async () => (await target.stats()).inFlight).toBe(1);
    await target.close();
    await expect(waiting).rejects.toThrow('fetch failed');
    expect(await target.stats()).toMatchObject({ requests: 1, inFlight: 0, abandoned: 1 });
  });
});
