import { describe, expect, it } from 'vitest';
import { createAccessRules } from '../../../../src/agent/control/access.ts';
import { createRoutes } from '../../../../src/agent/run-routes.ts';
import { FakeRun, readsAt, statusAt } from '../statuses.ts';
import { ask, serve } from './requests.ts';

const TOKEN = 'c0ffee00c0ffee00';
const JSON_TYPE = { 'content-type': 'application/json' };
const OPEN = { host: '0.0.0.0', token: TOKEN };
const LOCAL = { host: '127.0.0.1', token: undefined };

async function open(access = OPEN as { host: string; token: string | undefined }) {
  const run = new FakeRun();
  const status = await statusAt(2, [readsAt(2)], run);
  const controlled = { status: () => status, stop: () => run.stop(), isReady: true, debug: { on: false } };
  const url = await serve(createRoutes(controlled), access);
  return { run, at: (path: string) => url + path };
}

describe('an address beyond loopback', () => {
  it('needs a token', () => {
    expect(() => createAccessRules({ host: '0.0.0.0', token: undefined })).toThrow(
      'the control API on 0.0.0.0 needs a token',
    );
    expect(() => createAccessRules({ host: '::', token: undefined })).toThrow('needs a token');
    expect(() => createAccessRules({ host: '127.0.0.2', token: undefined })).not.toThrow();
  });

  it.each([
    ['no header', {}],
    ['a wrong token', { authorization: 'Bearer c0ffee00c0ffee01' }],
    ['a beginning of the token', { authorization: `Bearer ${TOKEN.slice(0, 8)}` }],
    ['more than the token', { authorization: `Bearer ${TOKEN}0` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['the token in another header', { 'x-token': TOKEN }],
    ['an empty token', { authorization: 'Bearer ' }],
  ])('refuses a stop with %s', async (_, headers) => {
    const { run, at } = await open();
    const answer = await ask(at('/stop'), { method: 'POST', headers: { ...JSON_TYPE, ...headers } });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.body).not.toContain(TOKEN);
    expect(run.stops).toBe(0);
    expect((await ask(at('/status'), { headers })).status).toBe(401);
    expect((await ask(at(`/status?token=${TOKEN}`), { headers })).status).toBe(401);
    expect((await ask(at('/unknown'), { headers })).status).toBe(401);
  });

  it.each(['/pause', '/resume', '/pace', '/connections'])('refuses %s as it refuses a stop', async (path) => {
    const { at } = await open();
    const post = (headers: Readonly<Record<string, string>>) => ask(at(path), { method: 'POST', headers });
    const authorization = `Bearer ${TOKEN}`;
    expect((await post(JSON_TYPE)).status).toBe(401);
    expect((await post({ ...JSON_TYPE, authorization: `Bearer ${TOKEN}0` })).status).toBe(401);
    expect((await post({ ...JSON_TYPE, authorization, origin: 'http://evil.example' })).status).toBe(403);
    expect((await post({ authorization, 'content-type': 'text/plain' })).status).toBe(415);
    expect((await ask(at(path), { headers: { authorization } })).status).toBe(405);
    // There is no run.
    expect((await post({ ...JSON_TYPE, authorization })).status).toBe(409);
    const local = await open(LOCAL);
    const elsewhere = { method: 'POST', headers: { ...JSON_TYPE, host: 'evil.example' } };
    expect((await ask(local.at(path), elsewhere)).status).toBe(403);
  });

  it('accepts the token, with any Host', async () => {
    const { run, at } = await open();
    const headers = { ...JSON_TYPE, authorization: `Bearer ${TOKEN}`, host: 'agent-0.agents:1234' };
    expect((await ask(at('/status'), { headers })).status).toBe(200);
    expect((await ask(at('/stop'), { method: 'POST', headers })).status).toBe(202);
    expect(run.stops).toBe(1);
  });

  it('keeps nothing of the body of a client without the token', async () => {
    const { at } = await open();
    const before = process.memoryUsage().arrayBuffers;
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        ask(at('/start'), { method: 'POST', headers: JSON_TYPE, body: '-'.repeat(8 * 1024 * 1024) }),
      ),
    );
    // Held bodies of 48 MiB would be refused with 503.
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6);
  });

  it('answers probes without a token', async () => {
    const { at } = await open();
    expect(await ask(at('/healthz'))).toMatchObject({ status: 200, body: '{"status":"ok"}\n' });
    expect(await ask(at('/readyz'))).toMatchObject({ status: 200, body: '{"status":"ready"}\n' });
  });
});

describe('a page of another site', () => {
  it.each(['http://evil.example', 'null', 'http://127.0.0.1.evil.example', 'file://', 'http://127.0.0.1:1'])(
    'from %s can neither read nor stop',
    async (origin) => {
      const { run, at } = await open(LOCAL);
      const headers = { ...JSON_TYPE, origin };
      expect((await ask(at('/status'), { headers })).status).toBe(403);
      const stop = await ask(at('/stop'), { method: 'POST', headers });
      expect(stop).toMatchObject({
        status: 403,
        body: '{"error":"requests from pages of other sites are refused"}\n',
      });
      expect(run.stops).toBe(0);
    },
  );

  it('is refused also with the token', async () => {
    const { at } = await open();
    const headers = { authorization: `Bearer ${TOKEN}`, origin: 'http://evil.example' };
    expect((await ask(at('/status'), { headers })).status).toBe(403);
  });

  it('differs from the page of the agent itself', async () => {
    const { run, at } = await open(LOCAL);
    const { host } = new URL(at('/'));
    const headers = { ...JSON_TYPE, origin: `http://${host}` };
    expect((await ask(at('/stop'), { method: 'POST', headers })).status).toBe(202);
    expect(run.stops).toBe(1);
  });
});

it('is not ready from the beginning of its end on', async () => {
  const status = await statusAt(2, [readsAt(2)]);
  const controlled = { status: () => status, stop: () => {}, isReady: false, debug: { on: false } };
  const url = await serve(createRoutes(controlled), LOCAL);
  expect(await ask(`${url}/readyz`)).toMatchObject({ status: 503, body: '{"status":"ending"}\n' });
  expect((await ask(`${url}/healthz`)).status).toBe(200);
});
