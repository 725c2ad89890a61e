import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type ControlApi, openControlApi } from '../../../src/agent/control-api.ts';
import type { ControlTarget } from '../../../src/agent/control-routes.ts';
import { createRoutes } from '../../../src/agent/run-routes.ts';
import { toStatusDocument } from '../../../src/agent/status-document.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { buildSnapshot } from '../../snapshot-builder.ts';
import { FakeRun, readsAt, shopRun } from './statuses.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks as any program could, also as browsers and `fetch` would not. */
async function ask(url: string, { method = 'GET', headers = {}, body = '' }: Question = {}) {
  const asked = httpRequest(url, { method, headers, agent: false });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

const opened: ControlApi[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((api) => api.close()));
});

const warnings: string[] = [];
const surroundings = { clock: systemClock(), warn: (message: string) => void warnings.push(message) };

async function open(changes: Partial<ControlTarget> = {}) {
  const run = new FakeRun();
  let seconds = 1;
  const shop = await shopRun(() => buildSnapshot([readsAt(seconds++)]));
  const controlled: ControlTarget = {
    status: () => toStatusDocument(shop, run),
    stop: () => run.stop(),
    isReady: true,
    debug: { on: false },
    ...changes,
  };
  const api = await openControlApi(0, createRoutes(controlled), surroundings);
  opened.push(api);
  return { api, run, at: (path: string) => api.url + path };
}

describe('GET /status', () => {
  it('returns the current counts as one line of JSON', async () => {
    const { at } = await open();
    const first = await ask(at('/status'));
    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    });
    expect(first.body).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(first.body)).toMatchObject({ run_id: 'uuid-2', state: 'running', jobs: [{ requests: 1000 }] });
    expect(JSON.parse((await ask(at('/status?pretty'))).body)).toMatchObject({ jobs: [{ requests: 2000 }] });
  });

  it('is not readable by pages of other sites', async () => {
    const { at } = await open();
    const { headers } = await ask(at('/status'), { headers: { origin: 'http://evil.example' } });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('reports that no run exists', async () => {
    const status = (): never => {
      throw new Error('out of luck');
    };
    const { at } = await open({ status });
    expect(await ask(at('/status'))).toMatchObject({ status: 500, body: '{"error":"internal error: out of luck"}\n' });
  });
});

describe('POST /stop', () => {
  it('stops the run and returns its status', async () => {
    const { at, run } = await open();
    const { status, body } = await ask(at('/stop'), { method: 'POST', headers: JSON_TYPE });
    expect(status).toBe(202);
    expect(JSON.parse(body)).toMatchObject({ kind: 'loadbot_status', run_id: 'uuid-2', state: 'stopping' });
    expect(run.stops).toBe(1);
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON'])('accepts %s', async (type) => {
    const { at, run } = await open();
    const question = { method: 'POST', headers: { 'content-type': type }, body: '{}' };
    expect((await ask(at('/stop'), question)).status).toBe(202);
    expect(run.stops).toBe(1);
  });

  // All that a page of another site can send without asking first, and near misses.
  it.each([
    undefined,
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
  ])('refuses content-type %s', async (type) => {
    const { at, run } = await open();
    const question = { method: 'POST', headers: type === undefined ? {} : { 'content-type': type }, body: '{}' };
    expect(await ask(at('/stop'), question)).toMatchObject({
      status: 415,
      body: '{"error":"a POST needs the header content-type: application/json"}\n',
    });
    expect(run.stops).toBe(0);
  });

  it('refuses requests of browsers', async () => {
    const { at } = await open();
    const headers = {
      origin: 'http://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    };
    const preflight = await ask(at('/stop'), { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(405);
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('refuses a large body', async () => {
    const { at, run } = await open();
    const question = { method: 'POST', headers: JSON_TYPE, body: '-'.repeat(16 * 1024 * 1024 + 1) };
    expect(await ask(at('/stop'), question)).toMatchObject({ status: 413 });
    expect(run.stops).toBe(0);
  });
});

describe('other requests', () => {
  it.each([
    ['GET', '/', 404, undefined],
    ['GET', '/status/', 404, undefined],
    ['GET', '/__proto__', 404, undefined],
    ['POST', '/start', 404, undefined],
    ['POST', '/status', 405, 'GET'],
    ['DELETE', '/status', 405, 'GET'],
    ['GET', '/stop', 405, 'POST'],
  ])('answers %s %s with %d', async (method, path, status, allow) => {
    const { at, run } = await open();
    const answer = await ask(at(path), { method, headers: JSON_TYPE });
    expect(answer.status).toBe(status);
    expect(answer.headers.allow).toBe(allow);
    expect(answer.body).toMatch(/^\{"error":"[^\n]+"\}\n$/);
    expect(run.stops).toBe(0);
  });

  it.each(['/status', '/stop', '/'])('%s is refused for a Host other than loopback', async (path) => {
    const { at, run } = await open();
    const method = path === '/stop' ? 'POST' : 'GET';
    const answer = await ask(at(path), { method, headers: { ...JSON_TYPE, host: 'evil.example:1234' } });
    expect(answer).toMatchObject({
      status: 403,
      body: '{"error":"the Host header must be localhost, 127.0.0.1 or [::1]"}\n',
    });
    expect(run.stops).toBe(0);
  });

  it('limits the size of headers', async () => {
    const { at } = await open();
    expect(await ask(at('/status'), { headers: { 'x-long': '-'.repeat(10_000) } })).toMatchObject({ status: 431 });
  });
});

describe('the port', () => {
  it('is open on loopback only, and closes despite open connections', async () => {
    const { api } = await open();
    expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    const idle = connect(Number(new URL(api.url).port), '127.0.0.1').on('error', () => {});
    await once(idle, 'connect');
    const left = once(idle, 'close');
    await api.close();
    await left;
    await expect(ask(api.url)).rejects.toThrow('ECONNREFUSED');
    await api.close();
  });

  it('is named with a remedy when it is in use', async () => {
    const { api } = await open();
    const port = Number(new URL(api.url).port);
    await expect(openControlApi(port, new Map(), surroundings)).rejects.toMatchObject({
      code: 'port_in_use',
      message: `cannot listen on 127.0.0.1:${port}: address already in use, so the control API cannot be opened there`,
      hint: expect.stringContaining('-p/--port'),
    });
  });
});
