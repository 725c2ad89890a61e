import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { limitConnections } from '../../../../src/shared/network/listen.ts';
import { VirtualClock } from '../../../virtual-clock.ts';

it('replaces connections without a response, the oldest first, then others', async () => {
  const clock = new VirtualClock();
  const server = createServer((_, response) => response.end('x'));
  limitConnections(server, 3, clock);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const closed: string[] = [];
  const open = async (name: string): Promise<Socket> => {
    clock.pass(1);
    const accepted = once(server, 'connection');
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {}).once('close', () => closed.push(name));
    socket.resume();
    await accepted;
    return socket;
  };
  const ask = async (socket: Socket): Promise<void> => {
    clock.pass(1);
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'data');
  };
  const first = await open('first');
  await ask(first);
  const second = await open('second');
  await open('mute');
  await open('fourth');
  await expect.poll(() => closed).toEqual(['second']);
  await ask(first);
  const fifth = await open('fifth');
  await expect.poll(() => closed).toEqual(['second', 'mute']);
  await ask(fifth);
  await open('sixth');
  await expect.poll(() => closed).toEqual(['second', 'mute', 'fourth']);
  await ask(first);
  expect(second.destroyed).toBe(true);
  expect(first.destroyed).toBe(false);
  server.close();
  server.closeAllConnections();
});
