import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../../src/core/clock.ts';
import type { Attempt } from '../../../../src/exporters/push/attempt.ts';
import { parsePushUrl } from '../../../../src/exporters/push/push-url.ts';
import { createSend } from '../../../../src/exporters/push/send.ts';
import { type Fault, startReceiver } from '../receiver.ts';

const parcel = { body: Buffer.from('x 1\n'), headers: { 'content-type': 'text/plain' }, samples: 1 };

async function sendTo(pushUrl: string, signal = AbortSignal.timeout(10_000)): Promise<Attempt> {
  const { url, authorization, secrets } = parsePushUrl(pushUrl);
  return createSend({ url: url.href, authorization, secrets }, systemClock())(parcel, signal);
}

async function sendInto(fault: Fault): Promise<Attempt> {
  const receiver = await startReceiver([fault]);
  const attempt = await sendTo(receiver.origin);
  expect(receiver.requests.length).toBe(1);
  await receiver.stop();
  return attempt;
}

beforeEach(() => {
  for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toUpperCase(), '');
  }
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('createSend', () => {
  it('posts the body as it is, with its headers and credentials', async () => {
    const receiver = await startReceiver();
    const attempt = await sendTo(`http://anna:s3cret@127.0.0.1:${receiver.port}/a/b?extra_label=x%3Dy`);
    expect(attempt).toEqual({ kind: 'accepted' });
    const [push] = receiver.requests;
    expect(push).toMatchObject({ path: '/a/b?extra_label=x%3Dy', text: 'x 1\n' });
    expect(push?.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '4',
      authorization: `Basic ${Buffer.from('anna:s3cret').toString('base64')}`,
    });
    await receiver.stop();
  });

  it.each([408, 429, 500, 502, 503, 504])('may be tried again after %d', async (status) => {
    expect(await sendInto({ status })).toEqual({ kind: 'failed', reason: `status ${status}`, retryAfterMs: 0 });
  });

  it.each([400, 401, 403, 404, 413, 415])('is refused by %d', async (status) => {
    expect(await sendInto({ status })).toEqual({ kind: 'refused', reason: `status ${status}` });
  });

  it('says how long the receiver asks to wait', async () => {
    expect(await sendInto({ status: 429, headers: { 'retry-after': '7' } })).toMatchObject({ retryAfterMs: 7000 });
  });

  it('takes no redirect, which would lose the body', async () => {
    const fault = { status: 302, headers: { location: 'http://127.0.0.1:1/elsewhere' } };
    expect(await sendInto(fault)).toEqual({ kind: 'refused', reason: 'status 302' });
  });

  it('is not accepted when the answer breaks off', async () => {
    expect(await sendInto('truncated')).toMatchObject({ kind: 'failed' });
    const reset = await sendInto('reset');
    expect(reset).toMatchObject({ kind: 'failed' });
    expect(reset.kind === 'failed' && reset.reason).toMatch(/^reset \(/);
  });

  it('ends when aborted', async () => {
    const receiver = await startReceiver(['hang']);
    const attempt = await sendTo(receiver.origin, AbortSignal.timeout(50));
    expect(attempt).toEqual({ kind: 'failed', reason: 'timeout (no answer in time)', retryAfterMs: 0 });
    await receiver.stop();
  });

  it('names what kind of failure it was', async () => {
    const receiver = await startReceiver();
    await receiver.stop();
    expect(await sendTo(receiver.origin)).toEqual({
      kind: 'failed',
      reason: `refused (connect ECONNREFUSED 127.0.0.1:${receiver.port})`,
      retryAfterMs: 0,
    });
    expect(await sendTo('http://no-such-host.invalid/')).toMatchObject({ reason: expect.stringMatching(/^dns \(/) });
  });

  it('tells what the receiver says, without the secrets it repeats', async () => {
    const encoded = Buffer.from('anna:s3cret').toString('base64');
    const body = `cannot parse "x 1" for Basic ${encoded} anna:s3cret s3cret at /a?token=t0ken\nsecond line`;
    const receiver = await startReceiver([{ status: 400, body }]);
    const attempt = await sendTo(`http://anna:s3cret@127.0.0.1:${receiver.port}/a?token=t0ken`);
    expect(attempt).toEqual({
      kind: 'refused',
      reason: 'status 400 (cannot parse "x 1" for Basic *** *** *** at /a***)',
    });
    await receiver.stop();
  });

  it('goes through the proxy of the environment, but not to this machine', async () => {
    const proxy = await startReceiver();
    const receiver = await startReceiver();
    vi.stubEnv('http_proxy', proxy.origin);
    expect(await sendTo('http://vm.invalid:8428/import')).toEqual({ kind: 'accepted' });
    expect(await sendTo(receiver.origin)).toEqual({ kind: 'accepted' });
    expect(proxy.requests.map(({ path }) => path)).toEqual(['http://vm.invalid:8428/import']);
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/']);
    await proxy.stop();
    await receiver.stop();
  });
});
