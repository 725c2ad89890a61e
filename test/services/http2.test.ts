import { createHash } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Probe } from '../../src/driver-kit/probe.ts';
import { runWorkload } from '../e2e/agent.ts';
import { startNodeServer } from '../http2/node-server.ts';
import { manyHeaders, numbers, type RouteServer } from '../http2/route-server.ts';
import { type HttpOperation, NEEDS, openWorkers, sendTickets, TLS } from '../http2/workers.ts';
import { HTTP2_GO } from '../needs.ts';
import { describeWithServices } from './binary.ts';
import { startGoServer } from './http2-go.ts';

const STREAMS = 10;
const WORKERS = 2 * STREAMS;

/** A request, and the body of its response by ticket. */
interface Route {
  readonly operation: HttpOperation;
  readonly body: (ticket: number) => string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

const get = (path: string, body: Route['body'], headers: Route['headers'] = []): Route => ({
  operation: { needs: NEEDS, http: { path } },
  body,
  headers,
});

/** An upload; the text has characters of one to four bytes. */
function upload(path: string, bytes: number, bodyOf: (sent: string) => string): Route {
  const text = `ü€😀${numbers(bytes)}`;
  return {
    operation: { type: 'write', needs: NEEDS, http: { path, body: `#n ${text}` } },
    body: (ticket) => bodyOf(`${ticket} ${text}`),
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Sizes around those of frames and windows. */
const SIZES = [0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 200_000, 1_200_000];

const ROUTES: readonly Route[] = [
  ...SIZES.map((bytes) => get(`/content?bytes=${bytes}&n=#n`, () => numbers(bytes))),
  ...SIZES.slice(1, -1).map((bytes) => upload('/echo', bytes, (sent) => sent)),
  ...SIZES.map((bytes) => upload('/hash', bytes, sha256)),
  upload('/slow', 300_000, sha256),
  get('/headers?count=0&n=#n', String),
  get('/headers?count=300&n=#n', String, manyHeaders(300)),
  get('/hints?count=5', () => 'after hints'),
];

const KINDS = [
  ['h2c', ({ url }: RouteServer) => url],
  ['TLS', ({ secureUrl }: RouteServer) => secureUrl],
] as const;

/** Requests by path, and the bytes of their bodies, that a number of tickets has sent. */
function expectedCounts(tickets: number): { requests: Record<string, number>; bytes: Record<string, number> } {
  const requests: Record<string, number> = {};
  const bytes: Record<string, number> = {};
  for (let ticket = 0; ticket < tickets; ticket++) {
    const { http } = ROUTES[ticket % ROUTES.length]!.operation;
    const path = http?.path?.split('?')[0] ?? '';
    requests[path] = (requests[path] ?? 0) + 1;
    const { body } = http ?? {};
    if (typeof body === 'string')
      bytes[path] = (bytes[path] ?? 0) + Buffer.byteLength(body.replace('#n', String(ticket)));
  }
  return { requests, bytes };
}

/** Bytes of a path are counted only where the server reads bodies. */
const withoutZeros = (counts: Readonly<Record<string, number>>): object =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

function expectResponse(probe: Probe, ticket: number): void {
  const { body, headers = [] } = ROUTES[ticket % ROUTES.length]!;
  const { response } = probe;
  // A difference of megabytes would be printed.
  const [actual = '', expected] = [response?.text(), body(ticket)];
  if (actual !== expected) expect([ticket, actual.length, sha256(actual)]).toEqual([ticket, expected.length, 'equal']);
  expect(headers.filter(([name, value]) => response?.header(name) !== value)).toEqual([]);
}

/** Tests of our client with a server of others. */
function describeServer(start: (streams: number) => Promise<RouteServer>): void {
  const open = async (streams = 100): Promise<RouteServer> => {
    const server = await start(streams);
    onTestFinished(() => server.stop());
    return server;
  };

  test.each(KINDS)('%s: each response has its bytes, and the server counts as the client does', async (_, urlOf) => {
    const server = await open();
    const operations = ROUTES.map(({ operation }) => operation);
    const { probes } = await openWorkers(urlOf(server), WORKERS, { streams: STREAMS, tls: TLS }, operations);
    const tickets = 6 * ROUTES.length;
    const outcomes = await sendTickets(probes, tickets, (ticket) => ticket % ROUTES.length, expectResponse);
    expect(outcomes).toEqual(Array.from({ length: tickets }, () => 'ok'));
    const { requests, bytes, connections } = await server.counts();
    expect({ requests, bytes: withoutZeros(bytes) }).toEqual(expectedCounts(tickets));
    expect(connections).toBe(WORKERS / STREAMS);
  });

  test.each(KINDS)('%s: 10 large bodies at the same time on a connection arrive completely', async (_, urlOf) => {
    const bytes = 3_000_000;
    const server = await open();
    const route = get(`/content?bytes=${bytes}`, () => '');
    const expected = numbers(bytes);
    const { probes } = await openWorkers(urlOf(server), 10, { streams: 10, tls: TLS }, [route.operation]);
    const outcomes = await sendTickets(probes, 20, undefined, (probe) => {
      if (probe.response?.text() !== expected) throw new Error(`${probe.response?.bodyBytes} other bytes`);
    });
    expect(outcomes).toEqual(Array.from({ length: 20 }, () => 'ok'));
    expect((await server.counts()).connections).toBe(1);
  });

  test.each(KINDS)('%s: a reset ends its own request alone', async (_, urlOf) => {
    const server = await open();
    const paths = ['/reset', '/content?bytes=50000', '/cut', '/headers?count=20'];
    const operations = paths.map((path) => ({ http: { path } }));
    const { probes } = await openWorkers(urlOf(server), 10, { streams: 10, tls: TLS }, operations);
    const outcomes = await sendTickets(probes, 400, (ticket) => ticket % paths.length);
    expect(outcomes).toEqual(Array.from({ length: 400 }, (__, ticket) => (ticket % 2 === 0 ? 'reset' : 'ok')));
    expect(await server.counts()).toMatchObject({ requests: { '/reset': 100, '/cut': 100 }, connections: 1 });
  });

  test('a response before the upload was read counts, and later uploads succeed', async () => {
    const server = await open();
    const early = upload('/early', 400_000, () => '');
    const hash = upload('/hash', 400_000, sha256);
    const { probes } = await openWorkers(server.url, 4, { streams: 4 }, [early.operation, hash.operation]);
    const outcomes = await sendTickets(probes, 100, (ticket) => ticket % 2);
    expect(outcomes).toEqual(Array.from({ length: 100 }, (_, ticket) => (ticket % 2 === 0 ? 'status_4xx' : 'ok')));
    expect((await server.counts()).requests).toEqual({ '/early': 50, '/hash': 50 });
  });

  test.each(KINDS)('%s: a server that ends connections in the middle gets each request once', async (_, urlOf) => {
    const server = await open();
    const routes = [get('/last?n=#n', String), get('/headers?count=3&n=#n', String)];
    const operations = routes.map(({ operation }) => operation);
    const { probes } = await openWorkers(urlOf(server), 10, { streams: 10, tls: TLS }, operations);
    const kind = (ticket: number): number => (ticket % 10 === 9 ? 0 : 1);
    const outcomes = await sendTickets(probes, 1000, kind, (probe, ticket) => {
      expect(probe.response?.text()).toBe(String(ticket));
    });
    expect(outcomes).toEqual(Array.from({ length: 1000 }, () => 'ok'));
    const { requests, connections } = await server.counts();
    expect(requests).toEqual({ '/last': 100, '/headers': 900 });
    expect(connections).toBeGreaterThan(5);
  });

  test.each(KINDS)('%s: a restart of the server costs no request', async (_, urlOf) => {
    const server = await open();
    const route = get('/headers?count=3&n=#n', String);
    const { probes } = await openWorkers(urlOf(server), WORKERS, { streams: STREAMS, tls: TLS }, [route.operation]);
    const restarts: Promise<void>[] = [];
    const outcomes = await sendTickets(probes, 3000, undefined, (probe, ticket) => {
      expect(probe.response?.text()).toBe(String(ticket));
      if (ticket % 1000 === 500) restarts.push(server.restart());
    });
    await Promise.all(restarts);
    expect(outcomes).toEqual(Array.from({ length: 3000 }, () => 'ok'));
    const { requests, connections } = await server.counts();
    expect(requests).toEqual({ '/headers': 3000 });
    expect(connections).toBeGreaterThanOrEqual(2 * (WORKERS / STREAMS));
  });

  test('a server that allows fewer streams gets more connections', async () => {
    const server = await open(3);
    const route = get('/slow?n=#n', () => '');
    const { probes } = await openWorkers(server.url, 12, { streams: 12 }, [route.operation]);
    const outcomes = await sendTickets(probes, 300);
    expect(outcomes).toEqual(Array.from({ length: 300 }, () => 'ok'));
    const { requests, connections } = await server.counts();
    expect(requests).toEqual({ '/slow': 300 });
    expect(connections).toBeGreaterThanOrEqual(4);
  });

  test('the command records what the server counts', async () => {
    const server = await open();
    const { status, stderr, result } = await runWorkload(
      {
        connection_string: server.url,
        http: { version: 2, streams: 5 },
        jobs: [
          { name: 'read', type: 'read', connections: 20, operations: 3000, http: { path: '/content?bytes=3000' } },
          { name: 'write', type: 'write', connections: 20, operations: 1000, http: { path: '/hash', body: 'a body' } },
          { name: 'cut', type: 'read', connections: 5, operations: 100, http: { path: '/cut' } },
        ],
      },
      ['--threads', '2'],
    );
    expect(status, stderr).toBe(0);
    expect(result.jobs.map(({ name, ok, errors_by_class }) => [name, ok, errors_by_class['reset'] ?? 0])).toEqual([
      ['read', 3000, 0],
      ['write', 1000, 0],
      ['cut', 0, 100],
    ]);
    const { requests, bytes } = await server.counts();
    expect(requests).toEqual({ '/content': 3000, '/hash': 1000, '/cut': 100 });
    expect(bytes['/hash']).toBe(6000);
  });
}

describe('HTTP/2 with the server of Node', () => describeServer(startNodeServer));

describeWithServices('HTTP/2 with the server of Go', [HTTP2_GO], () => describeServer(startGoServer));
