import fc from 'fast-check';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test, describe } from 'vitest';
import { respondImmediately, HeadCounter } from '../../../src/calibration/respond-immediately.ts';

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
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  const answers = (): number => received.split('HTTP/1.1 200 OK').length - 1;
  const head = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
  socket.write(head.repeat(3) + head.slice(0, 10));
  await expect.poll(answers).toBe(3);
  socket.write(head.slice(10));
  await expect.poll(answers).toBe(4);
  socket.destroy();
});

describe('HeadCounter', () => {
  const HEAD = 'GET /x HTTP/1.1\r\nhost: a\r\n\r\n';

  test.each([
    ['one', HEAD, 1],
    ['several in one read', HEAD.repeat(3), 3],
    ['none yet', HEAD.slice(0, -1), 0],
    ['an empty one', '\r\n\r\n', 1],
    ['two ends and a half', '\r\n\r\n\r\n\r\n\r\n', 2],
  ])('%s', (_, text, heads) => {
    expect(new HeadCounter().count(Buffer.from(text))).toBe(heads);
  });

  test('counts each complete head once, however it is split', () => {
    const text = HEAD.repeat(5);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length })), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const counter = new HeadCounter();
        let heads = 0;
        for (const [index, place] of places.slice(1).entries()) {
          heads += counter.count(Buffer.from(text.slice(places[index], place)));
          expect(heads).toBe(Math.floor(place / HEAD.length));
        }
      }),
    );
  });
});
