import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { SourcePlan } from '../../../src/plan/source-plan.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import type { ScrapeAttempt } from '../../../src/sources/attempt.ts';
import { readOnce } from '../../../src/sources/source.ts';
import { certificate } from '../../certificates/certificates.ts';
import {
  type Conduct,
  GOOD_PAGE,
  type MisbehavingEndpoint,
  startMisbehaving,
} from '../../emulators/misbehaving-endpoint.ts';
import { startReceiver } from '../exporters/receiver.ts';
import { httpOrigin, sourcePlan } from './source-plan.ts';

let endpoint: MisbehavingEndpoint;
beforeEach(async () => {
  endpoint = await startMisbehaving();
});
afterEach(() => endpoint.stop());

function read(changes: Partial<SourcePlan> = {}): Promise<ScrapeAttempt> {
  return readOnce(sourcePlan(endpoint.url, changes), systemClock());
}

describe('an attempt to read a source', () => {
  test.each<Conduct>(['good', 'gzipped'])('that is %s returns its values and their timestamps', async (conduct) => {
    endpoint.conduct = conduct;
    const beforeMs = systemClock().nowMs();
    const attempt = await read();
    const afterMs = systemClock().nowMs();
    expect(attempt).toMatchObject({ status: 'success', statusCode: 200, bytes: GOOD_PAGE.length, badLines: 0 });
    expect(attempt.reason).toBeUndefined();
    const { reading } = attempt;
    expect(reading?.values.map(({ value }) => value)).toEqual([3, 4]);
    expect(reading?.sentMs).toBeGreaterThanOrEqual(beforeMs);
    expect(reading?.atMs).toBeGreaterThanOrEqual(reading?.sentMs ?? Infinity);
    expect(reading?.atMs).toBeLessThanOrEqual(afterMs);
    expect(attempt.fetchMs + attempt.parseMs).toBeLessThanOrEqual(afterMs - beforeMs);
  });

  test.each<[Conduct, string, number, RegExp]>([
    [{ status: 404 }, 'http_4xx', 404, /^status 404$/],
    [{ status: 500, body: 'a 1\n' }, 'http_5xx', 500, /^status 500$/],
    [
      { status: 302, headers: { location: 'https://u:p@else/metrics?token=x' } },
      'http_4xx',
      302,
      /^status 302, a redirect to https:\/\/else\/metrics: use that URL for the source$/,
    ],
    ['reset', 'reset', 0, /^reset \(/],
    ['garbage', 'parse', 200, /^not a metrics document: 3 bad lines, the first is "<html>"$/],
    ['half', 'reset', 200, /^reset \(/],
    ['too large', 'parse', 200, /^the document is larger than 16\.0 MiB \(max_bytes\)$/],
    ['gzip bomb', 'parse', 200, /^the document is larger than/],
    ['no end mark', 'parse', 200, /^the document ends before its # EOF$/],
    [{ status: 200, headers: { 'content-encoding': 'br' }, body: 'x' }, 'parse', 200, /content encoding br/],
    [{ status: 200, headers: { 'content-encoding': 'gzip' }, body: 'no gzip' }, 'parse', 200, /incorrect header check/],
  ])('of %j is %s (%i)', async (conduct, status, statusCode, reason) => {
    endpoint.conduct = conduct;
    const attempt = await read();
    expect(attempt).toMatchObject({ status, statusCode, reading: undefined });
    expect(attempt.reason).toMatch(reason);
  });

  test.each<[Conduct, number]>([
    ['hang', 0],
    ['endless', 200],
  ])('of %s ends at its timeout', async (conduct, statusCode) => {
    endpoint.conduct = conduct;
    const attempt = await read({ timeoutMs: 150 });
    expect(attempt).toMatchObject({ status: 'timeout', statusCode, reading: undefined });
    expect(attempt.reason).toBe('timeout (no complete document within 150 ms)');
    expect(attempt.fetchMs).toBeGreaterThanOrEqual(145);
  });

  it('of an empty document succeeds', async () => {
    endpoint.conduct = { status: 200, body: '' };
    expect(await read()).toMatchObject({ status: 'success', reading: { values: [] } });
    endpoint.conduct = { status: 204 };
    expect(await read()).toMatchObject({ status: 'success', statusCode: 204, reading: { values: [] } });
  });

  it('without a server is refused', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    const attempt = await readOnce(sourcePlan(`http://127.0.0.1:${port}/metrics`), systemClock());
    expect(attempt).toMatchObject({ status: 'refused', statusCode: 0 });
    expect(attempt.reason).toMatch(/^refused \(connect ECONNREFUSED/);
    const unknown = await readOnce(sourcePlan('http://no-such-host.invalid/metrics'), systemClock());
    expect(unknown.status).toBe('dns');
  });

  it('reports an untrusted certificate, and masks secrets', async () => {
    const receiver = await startReceiver([], {
      cert: certificate('self-signed'),
      key: certificate('server-key'),
    });
    const distrusted = await readOnce(sourcePlan(`${receiver.origin}/metrics`), systemClock());
    expect(distrusted.status).toBe('tls');
    await receiver.stop();

    endpoint.conduct = { status: 200, body: 'token sesame in it\nand open-it too\n' };
    const headers = { authorization: 'Bearer sesame' };
    const origin = httpOrigin(`${endpoint.url}?key=open-it`, { headers });
    const attempt = await readOnce(sourcePlan(origin), systemClock());
    expect(attempt.status).toBe('parse');
    expect(attempt.reason).toContain('"token *** in it"');
    // An excerpt of a line ends after 120 characters, but not in the middle of a secret.
    endpoint.conduct = { status: 200, body: `- ${'x'.repeat(114)} sesame and so on\n` };
    expect((await readOnce(sourcePlan(origin), systemClock())).reason).toMatch(/x \*\*\*"/);
  });

  it('requests the text format, and sends the configured headers', async () => {
    const receiver = await startReceiver([{ status: 200, body: 'a 1\n' }]);
    const headers = { authorization: 'Bearer sesame', 'x-scope-orgid': 'load' };
    await readOnce(sourcePlan(httpOrigin(`${receiver.origin}/m?x=1`, { headers })), systemClock());
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.requests[0]).toMatchObject({ method: 'GET', path: '/m?x=1', headers });
    expect(receiver.requests[0]?.headers).toMatchObject({
      accept: expect.stringMatching(/^text\/plain;version=0\.0\.4,/),
      'accept-encoding': 'gzip',
    });
    await receiver.stop();
  });

  it('goes through a proxy', async () => {
    const proxy = await startReceiver([{ status: 200, body: 'a 1\n' }]);
    const origin = httpOrigin('http://inside.example/metrics', { proxy: proxy.origin.replace('//', '//bob:p%40@') });
    const attempt = await readOnce(sourcePlan(origin), systemClock());
    expect(attempt).toMatchObject({ status: 'success', reading: { values: [{ value: 1 }] } });
    expect(proxy.requests[0]).toMatchObject({
      path: 'http://inside.example/metrics',
      headers: { 'proxy-authorization': `Basic ${Buffer.from('bob:p@').toString('base64')}` },
    });
    await proxy.stop();
  });

  it('ends at its timeout while it still connects', async () => {
    // A proxy that takes no tunnel: the connection behind it never comes to be.
    const proxy = await startReceiver();
    const origin = httpOrigin('https://inside.example/metrics', { proxy: proxy.origin });
    const attempt = await readOnce(sourcePlan(origin, { timeoutMs: 200 }), systemClock());
    expect(attempt).toMatchObject({ status: 'timeout', statusCode: 0 });
    await proxy.stop();
  });
});
