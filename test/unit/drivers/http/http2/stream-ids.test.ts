import { expect, onTestFinished, test } from 'vitest';
import { HEADERS } from '../../../../../src/drivers/http/http2/frames.ts';
import { Http2Connection } from '../../../../../src/drivers/http/http2/http2-connection.ts';
import { SessionPool } from '../../../../../src/drivers/http/http2/session-pool.ts';
import { systemClock } from '../../../../../src/shared/clock.ts';
import { answer } from '../../../../http2/frames.ts';
import { RawServer } from '../../../../http2/raw-server.ts';

const REQUEST = {
  method: 'GET',
  path: '/',
  headers: [],
  body: null,
  message: '\x82\x84\x86',
  tail: null,
  closes: false,
};

/** Sends requests of a connection, one after the other. @returns their statuses, or the error of one */
function send(connect: (listener: Listener) => Http2Connection, requests: number): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const statuses: number[] = [];
    const connection = connect({
      responded(status) {
        statuses.push(status);
        if (statuses.length === requests) resolve(statuses);
        else connection.send(REQUEST);
      },
      failed: reject,
      opening: ignore,
      writing: ignore,
      arrived: ignore,
    });
    onTestFinished(() => connection.destroy());
    connection.send(REQUEST);
  });
}

type Listener = ConstructorParameters<typeof Http2Connection>[1];

test.each([
  [1, 1],
  [1, 9],
  [4, 9],
  [4, 2 ** 31 - 1],
])('%i workers whose stream ids end at %i replace their connection without a failure', async (workers, lastId) => {
  const server = await RawServer.start({ onRequest: ({ socket }, stream) => socket.write(answer(stream)) });
  onTestFinished(() => server.stop());
  const options = {
    endpoint: {
      origin: server.url,
      address: { host: '127.0.0.1', port: Number(new URL(server.url).port) },
      proxyTls: undefined,
      tunnel: undefined,
      tls: undefined,
      isLayered: false,
      http2: true,
      pathPrefix: '',
      headers: {},
      localAddresses: undefined,
    },
    timeoutMs: 60_000,
    clock: systemClock(),
    maxHeaderBytes: 4096,
    readBuffer: Buffer.alloc(64 * 1024),
    reportsArrivals: false,
  };
  const pool = new SessionPool(options, workers, lastId);
  const work = Array.from({ length: workers }, () =>
    send((listener) => new Http2Connection(options, listener, pool), 60),
  );
  for (const statuses of await Promise.all(work)) expect(statuses).toEqual(Array.from({ length: 60 }, () => 200));
  const ids = server.connections.map(({ frames }) =>
    frames.filter(({ type }) => type === HEADERS).map(({ stream }) => stream),
  );
  const streams = Math.min((lastId + 1) / 2, 60 * workers);
  expect(ids.flat()).toHaveLength(60 * workers);
  for (const used of ids) expect(used).toEqual(Array.from({ length: used.length }, (_, n) => 2 * n + 1));
  expect(Math.max(...ids.flat())).toBe(2 * streams - 1);
  // The last connection, and those of workers that needed one at the same moment, have room left.
  expect(ids.length).toBeGreaterThanOrEqual((60 * workers) / streams);
});

function ignore(): void {}
