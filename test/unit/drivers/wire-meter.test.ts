import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { WireMeter, nextSocket } from '../../../src/drivers/wire-meter.ts';
import { serveBytes } from './http/running.ts';

test('returns bytes since the last reading, over any number of connections', async () => {
  const port = await serveBytes((socket) => socket.on('data', () => socket.write('12345')));
  const meter = new WireMeter();
  meter.read();
  expect([meter.sentBytes, meter.receivedBytes]).toEqual([0, 0]);

  for (let connection = 0; connection < 2; connection++) {
    const wire = connect(port, '127.0.0.1');
    meter.follow(wire);
    wire.write('abc');
    await once(wire, 'data');
    wire.destroy();
  }
  meter.read();
  expect([meter.sentBytes, meter.receivedBytes]).toEqual([6, 10]);
  meter.read();
  expect([meter.sentBytes, meter.receivedBytes]).toEqual([0, 0]);
});

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
