import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { nextSocket } from '../../../src/drivers/next-socket.ts';

test('hands over the next socket and no later one', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const adopted: Socket[] = [];
  const made: Socket[] = [];
  const open = (): void => void made.push(connect(port, '127.0.0.1').on('error', () => undefined));

  nextSocket((socket) => adopted.push(socket));
  open();
  open();
  expect(adopted).toEqual([made[0]]);

  nextSocket((socket) => adopted.push(socket));
  await Promise.resolve(); // the code that was running has returned
  open();
  expect(adopted).toHaveLength(1);

  for (const socket of made) socket.destroy();
  server.close();
});
