import type { PeerCertificate } from 'node:tls';
import { expect, test } from 'vitest';
import { overriddenIdentity, serverIdentity, tlsServerName } from '../../../../src/shared/network/server-name.ts';

test.each([
  ['localhost', 'localhost'],
  ['shop.svc.cluster.local.', 'shop.svc.cluster.local'],
  ['Shop.Example.', 'shop.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['bücher.example.', 'xn--bcher-kva.example'],
  ['my_service.local', 'my_service.local'],
  ['127.0.0.1', ''],
  ['::1', ''],
  ['[::1]', ''],
  ['not a name', 'not a name'],
])('the server name for %s is "%s"', (host, name) => {
  expect(tlsServerName(host)).toBe(name);
});

test('an address is verified and not sent', () => {
  expect(serverIdentity('[::1]')).toEqual({ host: '::1', servername: '' });
  expect(serverIdentity('name.example.')).toEqual({ host: 'name.example.', servername: 'name.example' });
});

test('a library that sets the host itself verifies the overriding address', () => {
  expect(overriddenIdentity('api.example.', undefined)).toEqual({ servername: 'api.example' });
  expect(overriddenIdentity('10.0.0.1', 'api.example.')).toEqual({ servername: 'api.example' });
  const { servername, checkServerIdentity } = overriddenIdentity('api.example', '10.0.0.1');
  expect(servername).toBe('');
  const certificate = { subject: { CN: 'x' }, subjectaltname: 'IP Address:10.0.0.1' } as PeerCertificate;
  expect(checkServerIdentity?.('api.example', certificate)).toBeUndefined();
  const other = { subject: { CN: 'x' }, subjectaltname: 'IP Address:10.0.0.2' } as PeerCertificate;
  expect(checkServerIdentity?.('api.example', other)).toBeInstanceOf(Error);
});
