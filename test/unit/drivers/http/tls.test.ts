import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { messageOf } from '../../../../src/shared/errors.ts';
import type { TlsOptions } from '../../../../src/shared/network/destination.ts';
import { certificate } from '../../../certificates/certificates.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import { openProbe, serve, serveBytes } from './running.ts';

const UNVERIFIED: TlsOptions = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  serverName: undefined,
  insecureSkipVerify: true,
};
const TRUSTED: TlsOptions = { ...UNVERIFIED, ca: certificate('ca'), insecureSkipVerify: false };

async function outcomes(port: number, tls: TlsOptions, host = '127.0.0.1'): Promise<string[]> {
  const { probe } = await openProbe(httpOptions(`https://${host}:${port}`, { http: { tls } }));
  await probe.request(0);
  const message = probe.failure === undefined ? 'no failure' : messageOf(probe.failure);
  await probe.request(2);
  return [...probe.outcomes, message];
}

test.each([
  ['server', TRUSTED, 'ok', 'no failure'],
  ['server', { ...TRUSTED, ca: undefined }, 'tls', 'unable to verify'],
  ['self-signed', TRUSTED, 'tls', 'self-signed certificate'],
  ['expired', TRUSTED, 'tls', 'expired'],
  ['other-host', TRUSTED, 'tls', "does not match certificate's altnames"],
  ['other-host', { ...TRUSTED, serverName: 'other.example' }, 'ok', 'no failure'],
  ['expired', UNVERIFIED, 'ok', 'no failure'],
  ['self-signed', UNVERIFIED, 'ok', 'no failure'],
  ['other-host', UNVERIFIED, 'ok', 'no failure'],
] as const)('verifies a server with the certificate %s (%#)', async (name, tls, outcome, message) => {
  const server = await serve('https', (_, answer) => answer.end(), {
    tls: { cert: certificate(name), key: certificate('server-key') },
  });
  expect(await outcomes(server.port, tls)).toEqual([outcome, outcome, expect.stringContaining(message)]);
  expect(server.seen).toHaveLength(outcome === 'ok' ? 2 : 0);
});

test('verifies a name as well as an address', async () => {
  const server = await serve('https', (_, answer) => answer.end());
  expect((await outcomes(server.port, TRUSTED, 'localhost')).slice(0, 2)).toEqual(['ok', 'ok']);
});

test.each([
  ['localhost', undefined, 'localhost'],
  ['localhost.', undefined, 'localhost'],
  ['LOCALHOST.', undefined, 'localhost'],
  ['127.0.0.1', undefined, false],
  ['bücher.example', undefined, 'xn--bcher-kva.example'],
  ['bücher.example', 'localhost.', 'localhost'],
  ['name.example', '127.0.0.1', false],
  ['127.0.0.1', 'localhost', 'localhost'],
] as const)('%s with the server name %s sends the SNI %s', async (host, serverName, sni) => {
  const unknown = serverName === undefined && host.startsWith('b');
  const hosts: (string | undefined)[] = [];
  const names: unknown[] = [];
  const server = createHttpsServer(
    { cert: certificate('server'), key: certificate('server-key') },
    (request, answer) => {
      hosts.push(request.headers.host);
      answer.end();
    },
  );
  server.on('secureConnection', (socket) => names.push(socket.servername));
  const path = join(mkdtempSync(join(tmpdir(), 'sni-')), 'socket');
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(dirname(path), { recursive: true });
  });
  const { probe } = await openProbe(
    httpOptions(`https://${host}:8443`, {
      http: { unixSocket: path, tls: { ...TRUSTED, serverName, insecureSkipVerify: unknown } },
    }),
  );
  expect(await probe.request(0)).toBe('ok');
  expect(names).toEqual([sni]);
  expect(hosts).toEqual([new URL(`https://${host}:8443`).host]);
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'sends the client certificate that a server requests, over %s',
  async (maxVersion) => {
    const server = await serve('https', (_, answer) => answer.end(), {
      tls: {
        cert: certificate('server'),
        key: certificate('server-key'),
        ca: certificate('ca'),
        requestCert: true,
        maxVersion,
      },
    });
    const identity = { cert: certificate('client'), key: certificate('client-key') };
    expect((await outcomes(server.port, { ...TRUSTED, ...identity })).slice(0, 2)).toEqual(['ok', 'ok']);
    expect((await outcomes(server.port, TRUSTED)).slice(0, 2)).toEqual(['tls', 'tls']);
    expect(server.seen).toHaveLength(2);
  },
);

test('fails for a server without TLS', async () => {
  const server = await serve('http', (_, answer) => answer.end());
  expect((await outcomes(server.port, TRUSTED)).slice(0, 2)).toEqual(['tls', 'tls']);
});

test('a server that closes during the handshake is a reset', async () => {
  const port = await serveBytes((socket) => socket.on('data', () => socket.end()));
  expect((await outcomes(port, TRUSTED)).slice(0, 2)).toEqual(['reset', 'reset']);
});

test('ignores unsolicited data before the first request', async () => {
  let connections = 0;
  const server = createServer({ cert: certificate('server'), key: certificate('server-key') }, (socket) => {
    socket.on('error', () => undefined);
    if (++connections === 1) socket.write('HTTP/1.1 408 Request Timeout\r\n\r\n');
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { probe } = await openProbe(httpOptions(`https://127.0.0.1:${port}`, { http: { tls: TRUSTED } }));
  await expect.poll(() => connections).toBe(1);
  await delay(20);
  expect(await probe.request(0)).toBe('ok');
  expect(await probe.request(1)).toBe('ok');
  expect(connections).toBe(2);
});

test('fails for plain HTTP to a TLS server', async () => {
  const server = await serve('https', (_, answer) => answer.end());
  const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${server.port}`));
  expect(['reset', 'protocol', 'status_4xx']).toContain(await probe.request(0));
});

test('connects from the local addresses in turn', async () => {
  const addresses: (string | undefined)[] = [];
  const server = createHttpsServer({ cert: certificate('server'), key: certificate('server-key') }, (_, answer) =>
    answer.end(),
  );
  server.on('secureConnection', (socket) => addresses.push(socket.remoteAddress));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { session, probe } = await openProbe(
    httpOptions(`https://127.0.0.1:${port}`, {
      http: { tls: TRUSTED, localAddresses: ['127.0.0.2', '127.0.0.3'] },
    }),
  );
  for (let n = 0; n < 3; n++) {
    expect(await probe.request(n)).toBe('ok');
    session.reconnect();
  }
  expect(addresses).toEqual(['127.0.0.2', '127.0.0.3', '127.0.0.2']);
});
