import { onTestFinished } from 'vitest';
import { expect, test } from 'vitest';
import { messageOf } from '../../../../src/shared/errors.ts';
import { certificate, TRUSTING } from '../../../certificates/certificates.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import { HttpProxy } from '../../../contract/driver/http-proxy.ts';
import { openProbe, serve, serveBytes } from './running.ts';

const CREDENTIALS = `Basic ${Buffer.from('user:secret').toString('base64')}`;

async function startProxy(tls?: { cert: string; key: string }): Promise<{ proxy: HttpProxy; url: string }> {
  const proxy = new HttpProxy(tls);
  await proxy.start();
  onTestFinished(() => proxy.stop());
  return { proxy, url: `${tls === undefined ? 'http' : 'https'}://user:secret@127.0.0.1:${proxy.port}` };
}

test('forwards http requests; credentials are sent only to the proxy', async () => {
  const server = await serve('http', (_, answer) => answer.end());
  const { proxy, url } = await startProxy();
  const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${server.port}/api`, { http: { proxy: url } }));
  expect(await probe.request(0)).toBe('ok');
  expect(proxy.seen).toEqual([`GET http://127.0.0.1:${server.port}/api/docs/k0`]);
  expect(proxy.authorizations).toEqual([CREDENTIALS]);
  expect(server.seen[0]).toMatchObject({ url: '/api/docs/k0', headers: { host: `127.0.0.1:${server.port}` } });
});

test.each([
  ['https', 1, undefined],
  ['h2', 2, undefined],
  ['h2c', 2, undefined],
  ['https', 1, { cert: certificate('server'), key: certificate('server-key') }],
  ['h2', 2, { cert: certificate('server'), key: certificate('server-key') }],
] as const)('%s goes through a tunnel, opened once (%#)', async (kind, version, proxyTls) => {
  const server = await serve(kind, (_, answer) => answer.end('x'.repeat(100_000)));
  const { proxy, url } = await startProxy(proxyTls);
  const target = `${kind === 'h2c' ? 'http' : 'https'}://127.0.0.1:${server.port}`;
  const { probe } = await openProbe(httpOptions(target, { http: { proxy: url, version, tls: TRUSTING } }));
  for (let n = 0; n < 3; n++) expect(await probe.request(n)).toBe('ok');
  expect(proxy.seen).toEqual([`CONNECT 127.0.0.1:${server.port}`]);
  expect(proxy.authorizations).toEqual([CREDENTIALS]);
  expect(server.seen[0]?.headers).not.toHaveProperty('proxy-authorization');
  expect(server.seen).toHaveLength(3);
});

test('forwards http requests through a proxy over TLS', async () => {
  const server = await serve('http', (_, answer) => answer.end());
  const { proxy, url } = await startProxy({ cert: certificate('server'), key: certificate('server-key') });
  const { probe } = await openProbe(
    httpOptions(`http://127.0.0.1:${server.port}`, { http: { proxy: url, tls: TRUSTING } }),
  );
  expect(await probe.request(0)).toBe('ok');
  expect(proxy.seen).toHaveLength(1);
});

test.each([
  [407, 'status_4xx'],
  [502, 'status_5xx'],
  [302, 'protocol'],
] as const)('reports a proxy that answers CONNECT with %i', async (status, outcome) => {
  const { proxy, url } = await startProxy();
  proxy.refuseWith = status;
  const { probe } = await openProbe(httpOptions('https://127.0.0.1:1', { http: { proxy: url, tls: TRUSTING } }));
  expect(await probe.request(0)).toBe(outcome);
  expect(messageOf(probe.failure)).toBe(`the proxy answered CONNECT with HTTP ${status}`);
  expect(await probe.request(1)).toBe(outcome);
});

test.each([
  ['says nonsense', (port: number) => port, 'protocol'],
  ['is not there', () => 1, 'refused'],
] as const)('reports a proxy that %s', async (_, portOf, outcome) => {
  const port = await serveBytes((socket) => socket.on('data', () => socket.write('!!!!\r\n\r\n')));
  const proxy = `http://127.0.0.1:${portOf(port)}`;
  const { probe } = await openProbe(httpOptions('https://127.0.0.1:1', { http: { proxy, tls: TRUSTING } }));
  expect(await probe.request(0)).toBe(outcome);
});

test('cancels a request while the proxy does not answer CONNECT', async () => {
  const port = await serveBytes((socket) => socket.resume());
  const options = httpOptions('https://127.0.0.1:1', {
    timeoutMs: 50,
    http: { proxy: `http://127.0.0.1:${port}`, tls: TRUSTING },
  });
  const { session, probe } = await openProbe(options);
  expect(await probe.request(0)).toBe('timeout');
  const outcome = probe.request(1);
  session.cancel(2);
  expect(await outcome).toBe('aborted');
});
