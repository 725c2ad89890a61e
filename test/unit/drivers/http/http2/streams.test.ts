import { describe, expect, onTestFinished, test } from 'vitest';
import { httpDriver } from '../../../../../src/drivers/http/http-driver.ts';
import { failure } from '../../../../../src/shared/outcome.ts';
import { Probe } from '../../../../../src/driver-kit/probe.ts';
import { httpOptions } from '../../../../contract/driver/http-options.ts';
import { answer, frame, settings, TYPE, uint32 } from '../../../../http2/frames.ts';
import { type RawConnection, RawServer } from '../../../../http2/raw-server.ts';
import { openWorkers, requestAll } from '../../../../http2/workers.ts';
import { serve } from '../running.ts';

/** A server that collects requests, and answers them when it has `count` of them. */
async function collecting(count: number, greeting = settings()): Promise<RawServer> {
  let waiting: [RawConnection, number][] = [];
  const server = await RawServer.start({
    onConnection: ({ socket }) => socket.write(greeting),
    onRequest: (connection, stream) => {
      waiting.push([connection, stream]);
      if (waiting.length < count) return;
      for (const [{ socket }, id] of waiting) socket.write(answer(id));
      waiting = [];
    },
  });
  onTestFinished(() => server.stop());
  return server;
}

describe('streams of a connection', () => {
  test.each([
    [20, 10, 2],
    [25, 10, 3],
    [10, 100, 1],
    [3, 1, 3],
  ])('%i workers with %i streams have %i connections', async (workers, streams, connections) => {
    const server = await collecting(workers);
    const { probes } = await openWorkers(server.url, workers, { streams });
    for (let round = 0; round < 3; round++) {
      expect(new Set(await requestAll(probes))).toEqual(new Set(['ok']));
    }
    expect(server.connections).toHaveLength(connections);
    const requests = server.connections.map(({ frames }) => frames.filter(({ type }) => type === TYPE.headers).length);
    expect(Math.max(...requests)).toBeLessThanOrEqual(3 * streams);
    expect(requests.reduce((sum, one) => sum + one, 0)).toBe(3 * workers);
  });

  test('a server that allows fewer gets more connections', async () => {
    const server = await collecting(10, settings([3, 4]));
    const { probes } = await openWorkers(server.url, 10, { streams: 10 });
    await expect
      .poll(() => server.frames.filter(({ type, flags }) => type === TYPE.settings && flags === 1).length)
      .toBe(1);
    expect(await requestAll(probes)).toEqual(Array.from({ length: 10 }, () => 'ok'));
    expect(server.connections).toHaveLength(3);
    const open = server.connections.map(({ frames }) => frames.filter(({ type }) => type === TYPE.headers).length);
    expect(open.toSorted((a, b) => a - b)).toEqual([2, 4, 4]);
  });

  test('the bytes of all workers are those of the sockets', async () => {
    const server = await collecting(5);
    const { probes, sessions } = await openWorkers(server.url, 5, { streams: 5 });
    for (let round = 0; round < 4; round++) await requestAll(probes);
    const [socket] = server.connections.map((connection) => connection.socket);
    await expect.poll(() => socket?.bytesRead).toBe(probes.reduce((sum, one) => sum + one.totalSentBytes, 0));
    expect(probes.reduce((sum, one) => sum + one.totalReceivedBytes, 0)).toBe(socket?.bytesWritten);
    expect(sessions).toHaveLength(5);
  });

  test('a timeout ends its stream alone', async () => {
    const server = await collecting(Infinity);
    const { probes, sessions } = await openWorkers(server.url, 3, { streams: 3 });
    const requests = probes.map((probe, n) => probe.request(n));
    await expect.poll(() => server.frames.filter(({ type }) => type === TYPE.headers).length).toBe(3);
    const [{ socket } = {} as RawConnection] = server.connections;
    socket.write(frame(TYPE.ping, 0, 0, uint32(1, 2)));
    await expect.poll(() => server.frames.filter(({ type }) => type === TYPE.ping).length).toBe(1);
    sessions[0]!.cancel(failure('timeout'));
    expect(await requests[0]).toBe('timeout');
    await expect.poll(() => server.frames.filter(({ type }) => type === TYPE.reset).length).toBe(1);
    const next = probes[0]!.request(9);
    await expect.poll(() => server.frames.filter(({ type }) => type === TYPE.headers).length).toBe(4);
    for (const id of [3, 5, 7]) socket.write(answer(id));
    expect([await next, await requests[1], await requests[2]]).toEqual(['ok', 'ok', 'ok']);
    expect(server.connections).toHaveLength(1);
  });

  test('a connection that is silent until a timeout gets no further requests', async () => {
    const server = await collecting(Infinity);
    const { probes, sessions } = await openWorkers(server.url, 2, { streams: 2 });
    const first = probes[0]!.request(0);
    await expect
      .poll(() => server.frames.filter(({ type, flags }) => type === TYPE.settings && flags === 1).length)
      .toBe(1);
    await expect.poll(() => server.frames.filter(({ type }) => type === TYPE.headers).length).toBe(1);
    const silent = probes[1]!.request(1);
    await expect.poll(() => server.frames.filter(({ type }) => type === TYPE.headers).length).toBe(2);
    sessions[1]!.cancel(failure('timeout'));
    expect(await silent).toBe('timeout');
    const next = probes[1]!.request(2);
    await expect.poll(() => server.connections.length).toBe(2);
    server.connections[0]!.socket.write(answer(1));
    await expect.poll(() => server.connections[1]!.frames.filter(({ type }) => type === TYPE.headers).length).toBe(1);
    server.connections[1]!.socket.write(answer(1));
    expect([await first, await next]).toEqual(['ok', 'ok']);
  });

  test('a connection error fails each of its open requests once, and no other', async () => {
    const server = await RawServer.start({
      onRequest: ({ socket, index, frames }, stream) => {
        if (index > 0) socket.write(answer(stream));
        else if (frames.filter(({ type }) => type === TYPE.headers).length === 5)
          socket.write(frame(TYPE.data, 0, 0, 'x'));
      },
    });
    onTestFinished(() => server.stop());
    const { probes } = await openWorkers(server.url, 5, { streams: 5 });
    expect(await requestAll(probes)).toEqual(Array.from({ length: 5 }, () => 'protocol'));
    expect(await requestAll(probes)).toEqual(Array.from({ length: 5 }, () => 'ok'));
    expect(probes.flatMap(({ faults }) => faults)).toEqual([]);
  });

  test('requests that the server has not processed before GOAWAY are sent on another connection', async () => {
    const server = await RawServer.start({
      onRequest: ({ socket, index, frames }, stream) => {
        if (index > 0) socket.write(answer(stream));
        else if (frames.filter(({ type }) => type === TYPE.headers).length === 5)
          socket.write(Buffer.concat([frame(TYPE.goaway, 0, 0, uint32(5, 0)), answer(1), answer(3), answer(5)]));
      },
    });
    onTestFinished(() => server.stop());
    const { probes } = await openWorkers(server.url, 5, { streams: 5 });
    expect(await requestAll(probes)).toEqual(Array.from({ length: 5 }, () => 'ok'));
    const requests = server.connections.map(({ frames }) => frames.filter(({ type }) => type === TYPE.headers).length);
    expect(requests).toEqual([5, 2]);
  });

  test('a server that allows none does not get connections without end', async () => {
    const server = await RawServer.start({
      onConnection: ({ socket }) => socket.write(settings([3, 0])),
      onRequest: ({ socket }, stream) => socket.write(frame(TYPE.reset, 0, stream, uint32(7))),
    });
    onTestFinished(() => server.stop());
    const { probes } = await openWorkers(server.url, 4, { streams: 4 });
    for (let round = 0; round < 5; round++) {
      expect(new Set(await requestAll(probes))).toEqual(new Set(['reset']));
    }
    const open = server.connections.filter(({ socket }) => !socket.destroyed);
    expect(server.connections.length).toBeLessThanOrEqual(25);
    expect(open.length).toBeLessThanOrEqual(4);
  });

  test.each(['h2', 'h2c'] as const)('%s: 8 workers on a connection get their own responses', async (kind) => {
    const server = await serve(kind, ({ url }, response) => {
      response.writeHead(200, { 'x-url': url });
      response.end(url);
    });
    const needs = { headers: true, body: true, maxBytes: 1000 };
    const tls = { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: true };
    const { operations, ...options } = httpOptions(`${kind === 'h2' ? 'https' : 'http'}://127.0.0.1:${server.port}`, {
      http: { version: 2, streams: 8, tls },
      sessions: 8,
    });
    const driver = httpDriver({ ...options, operations: [{ ...operations[0]!, needs }] });
    const sessions = await Promise.all(Array.from({ length: 8 }, () => driver.connect(new AbortController().signal)));
    onTestFinished(async () => {
      await Promise.all(sessions.map((session) => session.close()));
    });
    const probes = sessions.map((session) => new Probe(session));
    const work = async (probe: Probe, worker: number): Promise<void> => {
      for (let n = 0; n < 50; n++) {
        const ticket = worker * 1000 + n;
        expect(await probe.request(ticket)).toBe('ok');
        expect([probe.response?.text(), probe.response?.header('x-url')]).toEqual([
          `/docs/k${ticket}`,
          `/docs/k${ticket}`,
        ]);
      }
    };
    await Promise.all(probes.map(work));
    expect([server.connections, server.seen.length]).toEqual([1, 400]);
  });
});
