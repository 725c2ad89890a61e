import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type Body, bodyOf, BodySender } from '../../../../src/shared/network/body-sender.ts';
import { VirtualClock } from '../../../virtual-clock.ts';

const MIB = 1024 * 1024;
const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** Responses to clients that never read. */
async function openSlow(clients: number): Promise<readonly ServerResponse[]> {
  const responses: ServerResponse[] = [];
  const server = createServer((_, response) => void responses.push(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const sockets = Array.from({ length: clients }, (): Socket => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {}).pause();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    return socket;
  });
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    server.closeAllConnections();
  });
  await expect.poll(() => responses.length).toBe(clients);
  return responses;
}

/** More than the system buffers for a connection. */
function large(mib: number): Body {
  return bodyOf(...Array.from({ length: mib * 4 }, () => Buffer.alloc(MIB / 4)));
}

it('closes the connection of a client that does not read in time', async () => {
  const [response] = await openSlow(1);
  const clock = new VirtualClock();
  const sent = new BodySender(clock, Infinity).send(response!, large(32), 10_000);
  clock.pass(9999);
  expect(response?.req.socket.destroyed).toBe(false);
  clock.pass(1);
  expect(await sent).toBe(false);
  expect(response?.req.socket.destroyed).toBe(true);
});

it('closes the oldest connections where bodies take more memory than allowed', async () => {
  const responses = await openSlow(4);
  const sender = new BodySender(new VirtualClock(), 64 * MIB);
  const sent = responses.map((response) => sender.send(response, large(32), 10_000));
  expect(await Promise.all(sent.slice(0, 2))).toEqual([false, false]);
  expect(responses.map(({ req }) => req.socket.destroyed)).toEqual([true, true, false, false]);
});

it('counts a shared body once', async () => {
  const responses = await openSlow(4);
  const sender = new BodySender(new VirtualClock(), 64 * MIB);
  const body = large(32);
  for (const response of responses) void sender.send(response, body, 10_000);
  expect(responses.map(({ req }) => req.socket.destroyed)).toEqual([false, false, false, false]);
});

it('detects a client that disconnected before its body was ready', async () => {
  const [response] = await openSlow(1);
  response?.req.socket.destroy();
  expect(await new BodySender(new VirtualClock(), Infinity).send(response!, large(1), 10_000)).toBe(false);
});
