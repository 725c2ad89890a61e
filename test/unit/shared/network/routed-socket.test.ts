import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { RoutedSocket, tcpAddress } from '../../../../src/shared/network/routed-socket.ts';

test('a routed socket connects to its own address, and has its index among those of the name', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const address = tcpAddress('localhost', port, 1000);
  const socket = new RoutedSocket(address);
  expect(socket.peer).toBe(address);
  socket.connect();
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  socket.destroy();
  await closed;
  expect(socket.peer).toEqual({ host: '127.0.0.1', port, autoSelectFamily: false });
});

test('a unix socket is its own peer name', () => {
  const address = { path: '/run/none.sock' };
  expect(new RoutedSocket(address).peer).toBe(address);
});
