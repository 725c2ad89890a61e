import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { respondImmediately } from '../../../src/calibration/respond-immediately.ts';

let server: Server;

beforeAll(async () => {
  server = createServer(respondImmediately).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

const urlOf = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('responds to any path, with valid HTTP', async () => {
  for (const path of ['/', '/some/where?x=1']) {
    const response = await fetch(urlOf() + path);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({});
  }
});

test('responds to pipelined requests in order, on a persistent connection', async () => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  const answers = (): number => heard.split('HTTP/1.1 200 OK').length - 1;
  const head = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
  socket.write(head.repeat(3) + head.slice(0, 10));
  await expect.poll(answers).toBe(3);
  socket.write(head.slice(10));
  await expect.poll(answers).toBe(4);
  socket.destroy();
});
