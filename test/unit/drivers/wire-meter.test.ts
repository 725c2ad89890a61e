import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { WireMeter } from '../../../src/drivers/wire-meter.ts';
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
