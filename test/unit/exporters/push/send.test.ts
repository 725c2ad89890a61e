import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../../src/shared/clock.ts';
import type { PushTarget } from '../../../../src/plan/push-target.ts';
import type { PushAttempt, PreparedRequest } from '../../../../src/exporters/push/attempt.ts';
import { createSend, parseRetryAfter, retryDelayMs } from '../../../../src/exporters/push/send.ts';
import { certificate } from '../../../certificates/certificates.ts';
import { HttpProxy } from '../../../contract/driver/http-proxy.ts';
import { basic, pushTarget } from '../push-target.ts';
import { type Fault, startReceiver } from '../receiver.ts';

const ANSWERED = { status: 'success', statusCode: 204 } as const;

function parcelFor(url: string): PreparedRequest {
  const headers = { 'content-type': 'text/plain' };
  return { url, method: 'POST', body: Buffer.from('x 1\n'), headers, samples: 1, plainBytes: 0, isGzipped: false };
}

async function sendTo(
  url: string,
  signal = AbortSignal.timeout(10_000),
  changes: Partial<PushTarget> = {},
): Promise<PushAttempt> {
  return createSend(pushTarget(url, changes), systemClock())(parcelFor(url), signal);
}

async function sendInto(fault: Fault): Promise<PushAttempt> {
  const receiver = await startReceiver([fault]);
  const attempt = await sendTo(receiver.origin);
  expect(receiver.requests.length).toBe(1);
  await receiver.stop();
  return attempt;
}

describe('createSend', () => {
  it('sends the body unchanged, with its headers and those of the destination', async () => {
    const receiver = await startReceiver();
    const url = `http://127.0.0.1:${receiver.port}/a/b?extra_label=x%3Dy`;
    expect(await sendTo(url, undefined, { headers: basic('anna', 's3cret') })).toEqual({
      kind: 'accepted',
      ...ANSWERED,
    });
    const [push] = receiver.requests;
    expect(push).toMatchObject({ method: 'POST', path: '/a/b?extra_label=x%3Dy', text: 'x 1\n' });
    expect(push?.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '4',
      'user-agent': 'loadbot-agent',
      ...basic('anna', 's3cret'),
    });
    await receiver.stop();
  });

  it('uses the method of the request, without a body if it has none', async () => {
    const receiver = await startReceiver();
    const send = createSend(pushTarget(receiver.origin), systemClock());
    const parcel = { ...parcelFor(`${receiver.origin}/metrics/job/a`), method: 'DELETE', body: Buffer.of() } as const;
    await send(parcel, AbortSignal.timeout(10_000));
    expect(receiver.requests).toEqual([
      expect.objectContaining({ method: 'DELETE', path: '/metrics/job/a', text: '' }),
    ]);
    await receiver.stop();
  });

  it.each([408, 429, 500, 502, 503, 504])('may be retried after %d', async (statusCode) => {
    const status = statusCode < 500 ? 'http_4xx' : 'http_5xx';
    const reason = `status ${statusCode}`;
    expect(await sendInto({ status: statusCode })).toEqual({
      kind: 'failed',
      status,
      statusCode,
      reason,
      retryAfterMs: 0,
    });
  });

  it.each([400, 401, 403, 404, 413, 415])('is refused by %d', async (statusCode) => {
    const reason = `status ${statusCode}`;
    expect(await sendInto({ status: statusCode })).toEqual({ kind: 'refused', status: 'http_4xx', statusCode, reason });
  });

  it('returns the wait that the receiver requests', async () => {
    expect(await sendInto({ status: 429, headers: { 'retry-after': '7' } })).toMatchObject({ retryAfterMs: 7000 });
  });

  it('does not follow a redirect, which would lose the body', async () => {
    const fault = { status: 302, headers: { location: 'http://127.0.0.1:1/elsewhere' } };
    expect(await sendInto(fault)).toMatchObject({ kind: 'refused', statusCode: 302, reason: 'status 302' });
  });

  it('is not accepted when the response is truncated', async () => {
    expect(await sendInto('truncated')).toMatchObject({ kind: 'failed', statusCode: 0 });
    expect(await sendInto('reset')).toMatchObject({
      kind: 'failed',
      status: 'reset',
      statusCode: 0,
      reason: expect.stringMatching(/^reset \(/),
    });
  });

  it('ends when aborted', async () => {
    const receiver = await startReceiver(['hang']);
    const attempt = await sendTo(receiver.origin, AbortSignal.timeout(50));
    const reason = 'timeout (no response in time)';
    expect(attempt).toEqual({ kind: 'failed', status: 'timeout', statusCode: 0, reason, retryAfterMs: 0 });
    await receiver.stop();
  });

  it('has the class of the failure', async () => {
    const receiver = await startReceiver();
    await receiver.stop();
    expect(await sendTo(receiver.origin)).toEqual({
      kind: 'failed',
      status: 'refused',
      statusCode: 0,
      reason: `refused (connect ECONNREFUSED 127.0.0.1:${receiver.port})`,
      retryAfterMs: 0,
    });
    expect(await sendTo('http://no-such-host.invalid/')).toMatchObject({ status: 'dns' });
  });

  it('reports the response of the receiver without echoed secrets', async () => {
    const headers = basic('anna', 's3cret');
    const body = `cannot parse "x 1" for ${headers.authorization} anna:s3cret s3cret at /a?token=t0ken (t0ken)\nsecond line`;
    const receiver = await startReceiver([{ status: 400, body }]);
    const attempt = await sendTo(`${receiver.origin}/a?token=t0ken`, undefined, { headers });
    expect(attempt).toMatchObject({
      kind: 'refused',
      reason: 'status 400 (cannot parse "x 1" for *** *** *** at /a*** (***))',
    });
    await receiver.stop();
  });

  it('shows no part of a truncated secret', async () => {
    const secret = 'S'.repeat(40);
    const receiver = await startReceiver([{ status: 400, body: `${'x'.repeat(190)}${secret}` }]);
    const attempt = await sendTo(receiver.origin, undefined, { headers: { authorization: `Bearer ${secret}` } });
    expect(attempt.kind === 'refused' && attempt.reason).toBe(`status 400 (${'x'.repeat(190)}***)`);
    await receiver.stop();
  });

  it('reads the number of rejected samples of an accepted request', async () => {
    const receiver = await startReceiver([{ status: 200, body: 'left out: 3 (s3cret-token)' }]);
    const destination = pushTarget(receiver.origin, { headers: { 'x-token': 's3cret-token' } });
    const send = createSend(destination, systemClock(), (answer) => {
      const [, samples, reason = ''] = /(\d+) (.*)/.exec(answer.toString()) ?? [];
      return { samples: Number(samples), reason };
    });
    expect(await send(parcelFor(receiver.origin), AbortSignal.timeout(10_000))).toEqual({
      kind: 'accepted',
      status: 'success',
      statusCode: 200,
      rejection: { samples: 3, reason: '(***)' },
    });
    await receiver.stop();
  });

  it('uses the configured proxy with its credentials, and not that of the environment', async () => {
    const proxy = await startReceiver();
    const receiver = await startReceiver();
    vi.stubEnv('http_proxy', receiver.origin);
    const attempt = await sendTo('http://vm.invalid:8428/import', undefined, {
      proxy: `http://bob:pr%40xy@127.0.0.1:${proxy.port}`,
    });
    expect(attempt).toEqual({ kind: 'accepted', ...ANSWERED });
    const authorization = { 'proxy-authorization': basic('bob', 'pr@xy').authorization };
    expect(proxy.requests).toEqual([
      expect.objectContaining({
        path: 'http://vm.invalid:8428/import',
        headers: expect.objectContaining(authorization),
      }),
    ]);
    expect(await sendTo('http://no-such-host.invalid/')).toMatchObject({ status: 'dns' });
    expect(receiver.requests).toEqual([]);
    vi.unstubAllEnvs();
    await proxy.stop();
    await receiver.stop();
  });
});

describe('createSend over TLS', () => {
  const TLS = pushTarget('').tls;

  it('verifies the server with the given CA and name', async () => {
    const receiver = await startReceiver([], { key: certificate('server-key'), cert: certificate('server') });
    const to = (tls: Partial<PushTarget['tls']>): Promise<PushAttempt> =>
      sendTo(receiver.origin, undefined, { tls: { ...TLS, ...tls } });
    expect(await to({})).toMatchObject({ kind: 'failed', status: 'tls' });
    expect(await to({ ca: certificate('ca') })).toMatchObject({ kind: 'accepted' });
    expect(await to({ ca: certificate('ca'), serverName: 'other.example' })).toMatchObject({ status: 'tls' });
    expect(await to({ insecureSkipVerify: true })).toMatchObject({ kind: 'accepted' });
    await receiver.stop();
  });

  it('shows its own certificate', async () => {
    const receiver = await startReceiver([], {
      key: certificate('server-key'),
      cert: certificate('server'),
      ca: certificate('ca'),
      requestCert: true,
      rejectUnauthorized: true,
    });
    const tls = { ...TLS, ca: certificate('ca') };
    expect(await sendTo(receiver.origin, undefined, { tls })).toMatchObject({ kind: 'failed' });
    const shown = { ...tls, cert: certificate('client'), key: certificate('client-key') };
    expect(await sendTo(receiver.origin, undefined, { tls: shown })).toMatchObject({ kind: 'accepted' });
    await receiver.stop();
  });

  it('tunnels through a proxy, which sees only the address', async () => {
    const proxy = new HttpProxy();
    await proxy.start();
    const receiver = await startReceiver([], { key: certificate('server-key'), cert: certificate('other-host') });
    const to = (tls: Partial<PushTarget['tls']>): Promise<PushAttempt> =>
      sendTo(receiver.origin, undefined, {
        tls: { ...TLS, ca: certificate('ca'), ...tls },
        proxy: `http://bob:s3cret@127.0.0.1:${proxy.port}`,
        headers: { authorization: 'Bearer t0ken' },
      });
    expect(await to({})).toMatchObject({ status: 'tls' });
    expect(await to({ serverName: 'other.example' })).toMatchObject({ kind: 'accepted' });
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT 127.0.0.1:${receiver.port}`]));
    expect(new Set(proxy.authorizations)).toEqual(new Set([basic('bob', 's3cret').authorization]));
    expect(receiver.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t0ken']);
    expect(receiver.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    proxy.refuseWith = 407;
    expect(await to({})).toMatchObject({ kind: 'refused', statusCode: 407 });
    await proxy.stop();
    await receiver.stop();
  });
});

describe('retryDelayMs', () => {
  it('doubles from 1 s to 30 s', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 2000].map((failures) => retryDelayMs(failures, () => 0));
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('subtracts up to half of it at random', () => {
    expect(retryDelayMs(3, () => 0.5)).toBe(3000);
    expect(retryDelayMs(3, () => 1)).toBe(2000);
  });
});

describe('parseRetryAfter', () => {
  const nowMs = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');

  it.each([
    ['3', 3000],
    [' 120 ', 120_000],
    ['0', 0],
    ['Wed, 21 Oct 2026 07:28:10 GMT', 10_000],
    ['Wednesday, 21-Oct-26 07:28:10 GMT', 10_000], // the obsolete forms of RFC 850 and of asctime
    ['Wed Oct 21 07:28:10 2026 GMT', 10_000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['', 0],
    ['soon', 0],
    ['-1', 0],
    ['1.5', 0],
    ['Monday', 0],
  ])('%s asks for %d ms', (header, delayMs) => {
    expect(parseRetryAfter(header, '', nowMs)).toBe(delayMs);
  });

  it.each(['86400', '99999999999999999999', 'Thu, 22 Oct 2026 07:28:00 GMT'])('%s is cut to five minutes', (header) => {
    expect(parseRetryAfter(header, '', nowMs)).toBe(300_000);
  });

  it('compares a date with the clock of the receiver', () => {
    const [asked, answered] = ['Wed, 21 Oct 2026 07:28:10 GMT', 'Wed, 21 Oct 2026 07:28:04 GMT'];
    for (const ownMs of [0, nowMs - 3_600_000, nowMs + 3_600_000]) {
      expect(parseRetryAfter(asked, answered, ownMs)).toBe(6000);
    }
    expect(parseRetryAfter('3', answered, 0)).toBe(3000);
  });
});
