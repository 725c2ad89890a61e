import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { type ReceivedBody, RequestBodies } from '../../../src/agent/request-bodies.ts';

const MIB = 1024 * 1024;

it('refuses bodies while 32 MiB of others are being received, and accepts them afterwards', async () => {
  const bodies = new RequestBodies();
  const received: ReceivedBody[] = [];
  let receivedBytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (receivedBytes += chunk.length));
    void bodies.read(request).then((body) => {
      received.push(body);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  /** All but the last byte of a body. */
  const begin = async (bytes: number): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.resume();
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes}\r\n\r\n`);
    await new Promise((resolve) => socket.write(Buffer.alloc(bytes - 1, 'a'), resolve));
    return socket;
  };
  const slow = [await begin(15 * MIB), await begin(15 * MIB)];
  // Sent is not received: the body that exceeds the bound must be the third.
  await expect.poll(() => receivedBytes).toBe(30 * MIB - 2);
  await begin(3 * MIB);
  await expect.poll(() => received).toEqual([{ fault: 'busy' }]);
  for (const socket of slow) socket.destroy();
  await expect.poll(() => received.slice(1)).toEqual([{ fault: 'gone' }, { fault: 'gone' }]);
  const socket = await begin(3 * MIB);
  socket.write('b');
  await expect.poll(() => received[3]).toEqual({ text: `${'a'.repeat(3 * MIB - 1)}b` });
  socket.destroy();
  server.close();
  server.closeAllConnections();
});
