import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { certificate, TRUSTING } from '../../../certificates/certificates.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import { HttpProxy } from '../../../contract/driver/http-proxy.ts';
import { openProbe } from './running.ts';

type Version = 'TLSv1.2' | 'TLSv1.3';

/** A server that lists for each of its handshakes whether the client resumed a session. */
async function startServer(maxVersion: Version, version: 1 | 2): Promise<{ port: number; resumed: boolean[] }> {
  const options = { cert: certificate('server'), key: certificate('server-key'), maxVersion };
  const server =
    version === 2
      ? createSecureServer(options, (_, response) => void response.end())
      : createServer(options, (_, response) => void response.end());
  const resumed: boolean[] = [];
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket: TLSSocket) => {
    resumed.push(socket.isSessionReused());
    sockets.add(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, resumed };
}

/** Three requests, each on a connection of its own. @param before each but the first */
async function reconnect(port: number, http: object, before?: 'forget'): Promise<void> {
  const { session, probe } = await openProbe(
    httpOptions(`https://127.0.0.1:${port}`, { http: { tls: TRUSTING, ...http } }),
  );
  for (let n = 0; n < 6; n += 2) {
    if (n > 0) {
      if (before !== undefined) session[before]();
      session.reconnect();
    }
    expect(await probe.request(n)).toBe('ok');
  }
}

describe.each([
  ['TLSv1.2', 1],
  ['TLSv1.3', 1],
  ['TLSv1.2', 2],
  ['TLSv1.3', 2],
] as const)('%s, HTTP/%i', (tlsVersion, version) => {
  test('each connection makes a full handshake by default', async () => {
    const { port, resumed } = await startServer(tlsVersion, version);
    await reconnect(port, { version });
    expect(resumed).toEqual([false, false, false]);
  });

  test('a client resumes the session of its last connection', async () => {
    const { port, resumed } = await startServer(tlsVersion, version);
    await reconnect(port, { version, resumesTls: true });
    expect(resumed).toEqual([false, true, true]);
  });

  test('another client, and another user of the same one, make full handshakes', async () => {
    const { port, resumed } = await startServer(tlsVersion, version);
    await reconnect(port, { version, resumesTls: true });
    await reconnect(port, { version, resumesTls: true }, 'forget');
    expect(resumed).toEqual([false, true, true, false, false, false]);
  });

  test('a session is resumed through a tunnel', async () => {
    const { port, resumed } = await startServer(tlsVersion, version);
    const proxy = new HttpProxy();
    await proxy.start();
    onTestFinished(() => proxy.stop());
    await reconnect(port, { version, resumesTls: true, proxy: `http://127.0.0.1:${proxy.port}` });
    expect(resumed).toEqual([false, true, true]);
    expect(proxy.seen).toHaveLength(3);
  });
});

test('a connection after a failed request resumes the session', async () => {
  const { port, resumed } = await startServer('TLSv1.3', 1);
  const { session, probe } = await openProbe(
    httpOptions(`https://127.0.0.1:${port}`, { http: { tls: TRUSTING, resumesTls: true } }),
  );
  expect(await probe.request(0)).toBe('ok');
  const ended = probe.request(1);
  session.cancel(1);
  await ended;
  expect(await probe.request(2)).toBe('ok');
  expect(resumed).toEqual([false, true]);
});
