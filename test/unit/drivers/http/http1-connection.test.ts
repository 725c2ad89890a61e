import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../../src/shared/clock.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import { openProbe, serve, serveBytes } from './running.ts';

const EMPTY = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
const MEGABYTE = 1_000_000;

/** The real clock, which can be put forward. */
class AdvancingClock implements Clock {
  readonly #clock = systemClock();
  aheadMs = 0;

  nowMs(): number {
    return this.#clock.nowMs() + this.aheadMs;
  }

  epochMs(): number {
    return this.#clock.epochMs() + this.aheadMs;
  }

  after(delayMs: number, fire: () => void): ReturnType<Clock['after']> {
    return this.#clock.after(delayMs, fire);
  }
}

/** A server that counts its connections. */
async function server(onSocket: (socket: Socket) => void): Promise<{ url: string; connections: () => number }> {
  let connections = 0;
  const port = await serveBytes((socket) => {
    connections++;
    onSocket(socket);
  });
  return { url: `http://127.0.0.1:${port}`, connections: () => connections };
}

/** Answers every request with these bytes. */
function answer(bytes: string): (socket: Socket) => void {
  return (socket) => void socket.on('data', () => socket.write(bytes));
}

describe('an idle connection', () => {
  test('closes half a second before the announced idle timeout', async () => {
    const clock = new AdvancingClock();
    const { url, connections } = await server(answer(EMPTY.replace('\r\n\r\n', '\r\nkeep-alive: timeout=5\r\n\r\n')));
    const { probe } = await openProbe(httpOptions(url, { clock }));
    await probe.request(0);
    clock.aheadMs += 4000;
    await probe.request(1);
    expect(connections()).toBe(1);
    clock.aheadMs += 4600;
    probe.sentMs = -1;
    await probe.request(2);
    expect(connections()).toBe(2);
    // It had to connect, so that is part of its service time.
    expect(probe.sentMs).toBe(-1);
    await probe.request(3);
    expect(probe.outcomes).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(connections()).toBe(2);
  });

  test('stays open without an announced idle timeout', async () => {
    const clock = new AdvancingClock();
    const { url, connections } = await server(answer(EMPTY));
    const { probe } = await openProbe(httpOptions(url, { clock }));
    await probe.request(0);
    clock.aheadMs += 3_600_000;
    expect(await probe.request(1)).toBe('ok');
    expect(connections()).toBe(1);
  });

  test('with unsolicited data is replaced without an error', async () => {
    const sockets: Socket[] = [];
    const { url, connections } = await server((socket) => {
      sockets.push(socket);
      answer(EMPTY)(socket);
    });
    const { probe } = await openProbe(httpOptions(url));
    sockets[0]?.write('HTTP/1.1 408 Request Timeout\r\n\r\n');
    await delay(20);
    expect(await probe.request(0)).toBe('ok');
    sockets[1]?.write('HTTP/1.1 408 Request Timeout\r\n\r\n');
    await delay(20);
    expect(await probe.request(1)).toBe('ok');
    expect(connections()).toBe(3);
    // Unsolicited data counts as bytes on the wire too.
    expect(probe.totalReceivedBytes).toBe(2 * EMPTY.length + 2 * 32);
  });
});

describe('a response', () => {
  test('with data after its end counts, and its connection is replaced', async () => {
    const { url, connections } = await server(answer(`${EMPTY}HTTP/1.1 500 Not Yours\r\n\r\n`));
    const { probe } = await openProbe(httpOptions(url));
    for (let n = 0; n < 3; n++) await probe.request(n);
    expect(probe.outcomes).toEqual(['ok', 'ok', 'ok']);
    expect(connections()).toBe(3);
  });

  test('may arrive in any pieces', async () => {
    const bytes = 'HTTP/1.1 404 No\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
    const { url, connections } = await server((socket) => {
      socket.setNoDelay(true).on('data', () => {
        for (let n = 0; n < bytes.length; n++) setTimeout(() => socket.write(bytes.charAt(n)), n);
      });
    });
    const { probe } = await openProbe(httpOptions(url));
    for (let n = 0; n < 2; n++) expect(await probe.request(n)).toBe('miss');
    expect(connections()).toBe(1);
    expect(probe.totalReceivedBytes).toBe(2 * bytes.length);
  });

  test('without a length ends when the server closes its side', async () => {
    const { url, connections } = await server((socket) => {
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nabc'));
    });
    const { probe } = await openProbe(httpOptions(url));
    for (let n = 0; n < 3; n++) expect(await probe.request(n)).toBe('ok');
    expect(connections()).toBe(3);
  });

  test('followed by endless data does not affect later responses', async () => {
    const { url } = await server((socket) => {
      socket.on('data', () => setInterval(() => socket.write(EMPTY), 1).unref());
    });
    const { session, probe } = await openProbe(httpOptions(url));
    for (let n = 0; n < 5; n++) expect(await probe.request(n)).toBe('ok');
    await session.close();
    await delay(10);
    expect(probe.outcomes).toHaveLength(5);
  });
});

describe('a request', () => {
  test('of many megabytes is sent completely to a slow server', async () => {
    const body = 'x'.repeat(8 * MEGABYTE);
    let received = 0;
    const port = await serveBytes((socket) => {
      socket.on('data', (chunk) => {
        received += chunk.length;
        socket.pause();
        setTimeout(() => socket.resume(), 1);
        if (chunk.at(-1) === 0x21) socket.write(EMPTY);
      });
    });
    const options = httpOptions(`http://127.0.0.1:${port}`, { type: 'write', http: { body: `${body}!` } });
    const { probe } = await openProbe(options);
    for (let n = 0; n < 2; n++) expect(await probe.request(n)).toBe('ok');
    expect(received).toBeGreaterThan(2 * body.length);
    expect(probe.totalSentBytes).toBe(received);
  });

  test('answered before it was sent completely is done, and its connection is replaced', async () => {
    const refusal = 'HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n';
    let connections = 0;
    const port = await serveBytes((socket) => {
      connections++;
      socket.once('data', () => socket.pause().write(refusal));
    });
    const body = 'x'.repeat(20 * MEGABYTE);
    const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${port}`, { type: 'write', http: { body } }));
    for (let n = 0; n < 3; n++) expect(await probe.request(n)).toBe('status_4xx');
    expect(connections).toBe(3);
  });

  test('fails as a reset if the server resets the connection while it is sent', async () => {
    const port = await serveBytes((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const body = 'x'.repeat(8 * MEGABYTE);
    const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${port}`, { type: 'write', http: { body } }));
    for (let n = 0; n < 3; n++) expect(await probe.request(n)).toBe('reset');
  });

  test('is one write, head and body', async () => {
    const chunks: Buffer[] = [];
    const port = await serveBytes((socket) => {
      socket.on('data', (chunk) => {
        chunks.push(chunk);
        socket.write(EMPTY);
      });
    });
    const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${port}/api`, { type: 'write' }));
    for (let n = 0; n < 3; n++) await probe.request(n);
    expect(chunks.map(String)).toEqual(
      [0, 1, 2].map((n) =>
        [
          'POST /api/docs HTTP/1.1',
          `host: 127.0.0.1:${port}`,
          'connection: keep-alive',
          'user-agent: loadbot-agent',
          'content-type: application/json',
          'content-length: 18',
          '',
          `{"_id":"k${n}","n":${n}}`,
        ].join('\r\n'),
      ),
    );
    expect(probe.totalSentBytes).toBe(chunks.reduce((sum, { length }) => sum + length, 0));
  });

  test.each(['https', 'http'] as const)('with characters beyond ASCII arrives unchanged, over %s', async (kind) => {
    const seen = await serve(kind, (_, response) => response.end());
    const tls = { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: true };
    const { probe } = await openProbe(
      httpOptions(`${kind}://127.0.0.1:${seen.port}`, {
        type: 'write',
        http: { tls, body: 'grüße №#n ', headers: { x: 'é' } },
      }),
    );
    for (let n = 0; n < 2; n++) expect(await probe.request(n)).toBe('ok');
    expect(seen.seen.map(({ body, headers }) => [body, headers['x']])).toEqual([
      ['grüße №0 ', 'é'],
      ['grüße №1 ', 'é'],
    ]);
  });

  test('is not retried when the server closes the connection without a response', async () => {
    let requests = 0;
    const { url, connections } = await server((socket) => {
      socket.on('data', () => {
        requests++;
        if (requests === 2) socket.end();
        else socket.write(EMPTY);
      });
    });
    const { probe } = await openProbe(httpOptions(url));
    for (let n = 0; n < 3; n++) await probe.request(n);
    expect(probe.outcomes).toEqual(['ok', 'reset', 'ok']);
    expect(requests).toBe(3);
    expect(connections()).toBe(2);
  });

  test('gets its own response among many concurrent ones', async () => {
    const port = await serveBytes((socket) => {
      socket.on('data', (chunk) => {
        const status = 200 + Number(/docs\/k(\d+)/.exec(chunk.toString())?.[1]);
        setTimeout(() => socket.write(`HTTP/1.1 ${status} X\r\ncontent-length: 3\r\n\r\nabc`), status % 7);
      });
    });
    const options = httpOptions(`http://127.0.0.1:${port}`, {
      http: {
        expectStatus: [
          [200, 200],
          [202, 202],
        ],
      },
    });
    const probes = await Promise.all(Array.from({ length: 200 }, async () => (await openProbe(options)).probe));
    const outcomes = await Promise.all(probes.map((probe, n) => probe.request(n % 4)));
    expect(outcomes).toEqual(probes.map((_, n) => (n % 2 === 0 ? 'ok' : 'check')));
  });
});

test('sends no more data after its session was closed', async () => {
  let arrived: () => void = () => undefined;
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  const port = await serveBytes((socket) => {
    socket.once('data', arrived);
  });
  const { session, probe } = await openProbe(httpOptions(`http://127.0.0.1:${port}`));
  void probe.request(0);
  await arrival;
  await session.close();
  expect(probe.outcomes).toEqual([]);
});
