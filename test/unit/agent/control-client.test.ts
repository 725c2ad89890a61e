import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openControlApi } from '../../../src/agent/control-api.ts';
import { createRoutes } from '../../../src/agent/run-routes.ts';
import { createControlClient, hasExited } from '../../../src/agent/control-client.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { failureOf } from '../workload/loading.ts';
import { FakeRun, readsAt, statusAt } from './statuses.ts';

afterEach(() => vi.unstubAllEnvs());

/** The address of a real control API. */
async function openApi() {
  const run = new FakeRun();
  const status = await statusAt(2, [readsAt(2)], run);
  const controlled = {
    status: () => ({ ...status, state: run.state }),
    stop: () => run.stop(),
    isReady: true,
    debug: { on: false },
  };
  const api = await openControlApi(0, createRoutes(controlled), { clock: systemClock(), warn: () => {} });
  onTestFinished(() => api.close());
  return { api, run, status, uri: new URL(api.url).host };
}

/** The address of a server that is not an agent. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('createControlClient', () => {
  it('reads the status and stops the run', async () => {
    const { uri, run, status } = await openApi();
    const client = createControlClient(uri);
    expect(await client.status()).toEqual(status);
    expect(run.stops).toBe(0);
    expect(await client.stop()).toEqual({ ...status, state: 'stopping' });
    expect(run.stops).toBe(1);
  });

  it('connects directly, without the proxy of the environment', async () => {
    const { uri } = await openApi();
    vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9');
    expect(await createControlClient(uri).status()).toMatchObject({ run_id: 'uuid-2' });
  });

  it.each([
    ['a hint that is not text', { error: 'no', hint: 5 }, { message: 'no', problems: [] }],
    ['problems that are not a list', { error: 'no', problems: {} }, { message: 'no', problems: [] }],
    [
      'a problem without a message, and one with a path of the wrong kind',
      { error: 'no', problems: [null, { path: 'a' }, { message: 'bad', path: 5 }] },
      { message: 'no', problems: [{ message: 'bad' }] },
    ],
  ])('reads a refusal with %s', async (_, body, expected) => {
    const uri = await serve((request, response) => {
      request.resume();
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const error = await failureOf(createControlClient(uri).status());
    expect(error).toMatchObject({ code: 'config_invalid', ...expected });
    expect(error.hint).toBeUndefined();
  });

  it('treats a response of a million levels as that of another program', async () => {
    const uri = await serve((_, response) => response.end(`{"run_id":${'['.repeat(1e6)}${']'.repeat(1e6)}}`));
    const client = createControlClient(uri);
    await expect(client.result()).rejects.toThrow('is not a loadbot agent (status 200)');
    await expect(client.status()).rejects.toThrow('is not a loadbot agent (status 200)');
  });

  it('treats a response without a workload as that of another program', async () => {
    const uri = await serve((_, response) => response.setHeader('content-type', 'application/json').end('{"text":5}'));
    await expect(createControlClient(uri).config()).rejects.toThrow('is not a loadbot agent (status 200)');
  });

  it.each(['127.0.0.1', 'localhost'])('reports when no program listens on %s', async (host) => {
    const { api, uri } = await openApi();
    await api.close();
    const port = uri.split(':')[1];
    const error = await failureOf(createControlClient(`${host}:${port}`).status());
    expect(error).toMatchObject({
      code: 'agent_unreachable',
      message: `no agent listens at http://${host}:${port}`,
      hint: `start one with start-agent or run --port ${port}, or set its address with -u/--agent-uri HOST:PORT`,
    });
    expect(hasExited(error)).toBe(true);
  });

  it('reports an agent that does not respond as slow, not as gone', async () => {
    const uri = await serve(() => {});
    const error = await failureOf(createControlClient(uri, { timeoutMs: 50 }).status());
    expect(error).toMatchObject({
      code: 'agent_unreachable',
      message: `the agent at http://${uri} did not answer within 50.0ms`,
    });
    expect(hasExited(error)).toBe(false);
  });

  it('bounds the time of a response that never ends', async () => {
    const uri = await serve((_, response) => {
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    const error = await failureOf(createControlClient(uri, { timeoutMs: 100 }).status());
    expect(error).toMatchObject({ message: `the agent at http://${uri} did not answer within 100ms` });
  });

  it('reports an agent that closes during a request as gone', async () => {
    const uri = await serve((request) => request.socket.destroy());
    const error = await failureOf(createControlClient(uri).status());
    expect(error).toMatchObject({ code: 'agent_unreachable' });
    expect(hasExited(error)).toBe(true);
  });

  it.each([
    [200, '<html>hello</html>', 'is not a loadbot agent (status 200)'],
    [200, '{"kind":"other"}', 'is not a loadbot agent (status 200)'],
    [302, '', 'is not a loadbot agent (status 302)'],
    [404, 'not found', 'is not a loadbot agent (status 404)'],
    [403, '{"error":"the Host header must be localhost"}', 'refused (403): the Host header must be localhost'],
  ])('%d %s: %s', async (status, body, message) => {
    const uri = await serve((_, response) => response.writeHead(status, { location: '/status' }).end(body));
    const error = await failureOf(createControlClient(uri).status());
    expect(error).toMatchObject({ code: 'agent_unreachable', message: expect.stringContaining(message) });
    expect(hasExited(error)).toBe(false);
  });

  it('refuses an invalid address before it connects', () => {
    expect(() => createControlClient('nowhere')).toThrow('--agent-uri must be HOST:PORT, not "nowhere"');
  });
});
