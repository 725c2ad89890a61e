import { expect, test } from 'vitest';
import { resolveEndpoint } from '../../../../src/drivers/http/endpoint.ts';
import { certificate } from '../../../certificates/certificates.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';

const PROXY = 'http://user:p%40ss@proxy:3128';
const CREDENTIALS = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;

test('a direct connection connects to the target', () => {
  expect(resolveEndpoint(httpOptions('http://host:81/base'))).toMatchObject({
    origin: 'http://host:81',
    address: { host: 'host', port: 81 },
    tls: undefined,
    tunnel: undefined,
    pathPrefix: '',
    headers: {},
  });
  expect(resolveEndpoint(httpOptions('http://host')).address).toMatchObject({ host: 'host', port: 80 });
  expect(resolveEndpoint(httpOptions('https://host')).address).toMatchObject({ host: 'host', port: 443 });
  expect(resolveEndpoint(httpOptions('http://[::1]:81')).address).toEqual({
    host: '::1',
    port: 81,
    autoSelectFamily: false,
  });
});

test('https sends the server name and verifies it, unless configured otherwise', () => {
  const tls = { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false };
  expect(resolveEndpoint(httpOptions('https://host')).tls).toMatchObject({
    host: 'host',
    servername: 'host',
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
  });
  expect(resolveEndpoint(httpOptions('https://127.0.0.1')).tls).toMatchObject({ host: '127.0.0.1', servername: '' });
  const named = resolveEndpoint(
    httpOptions('https://host', {
      http: { version: 2, tls: { ...tls, serverName: 'name', insecureSkipVerify: true } },
    }),
  );
  expect(named.tls).toMatchObject({ servername: 'name', rejectUnauthorized: false, ALPNProtocols: ['h2'] });
});

test('a proxy forwards plain HTTP/1.1', () => {
  expect(resolveEndpoint(httpOptions('http://host:81/base', { http: { proxy: PROXY } }))).toMatchObject({
    origin: 'http://proxy:3128',
    address: { host: 'proxy', port: 3128 },
    tunnel: undefined,
    pathPrefix: 'http://host:81',
    headers: { host: 'host:81', 'proxy-authorization': CREDENTIALS },
  });
});

test.each([
  ['https://host', 1 as const, 'host:443'],
  ['http://host', 2 as const, 'host:80'],
])('a proxy passes %s with HTTP/%s through', (url, version, authority) => {
  const endpoint = resolveEndpoint(httpOptions(url, { http: { proxy: PROXY, version } }));
  expect(endpoint).toMatchObject({
    origin: url,
    address: { host: 'proxy', port: 3128 },
    tunnel: { authority, headers: { host: authority, 'proxy-authorization': CREDENTIALS } },
    pathPrefix: '',
    headers: {},
  });
});

test('a unix socket excludes a proxy', () => {
  const endpoint = resolveEndpoint(httpOptions('http://host', { http: { proxy: PROXY, unixSocket: '/run/x.sock' } }));
  expect(endpoint).toMatchObject({ address: { path: '/run/x.sock' }, tunnel: undefined, pathPrefix: '' });
});

test('permanent failures are reported without secrets', () => {
  for (const proxy of ['socks5://user:secret@proxy:1', 'user:secret@proxy']) {
    expect(() => resolveEndpoint(httpOptions('http://host', { http: { proxy } }))).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: 'the proxy URL is not an http or https URL' }),
    );
  }
  const tls = {
    ca: undefined,
    cert: certificate('client'),
    key: certificate('server-key'),
    serverName: undefined,
    insecureSkipVerify: false,
  };
  expect(() => resolveEndpoint(httpOptions('https://host', { http: { tls } }))).toThrow(
    'the TLS certificates cannot be used',
  );
});
