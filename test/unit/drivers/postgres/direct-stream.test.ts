import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { DirectReader } from '../../../../src/drivers/postgres/direct-reader.ts';
import { DirectStream } from '../../../../src/drivers/postgres/direct-stream.ts';
import { SendBuffer, StatementMessage } from '../../../../src/drivers/postgres/statement-message.ts';

const message = new StatementMessage({
  name: 'loadbot_1',
  text: 'SELECT $1',
  prepared: true,
  values: () => [],
  missable: false,
  creates: false,
  needs: undefined,
  control: undefined,
  next: undefined,
});
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

interface Peers {
  readonly streams: readonly DirectStream[];
  /** The server's ends, in the same order. */
  readonly sockets: readonly Socket[];
  readonly ends: (string | undefined)[];
}

/** Opens streams that share their buffers, to a server that reads nothing yet. */
async function open(count: number): Promise<Peers> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const shared = {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    tls: false,
    readBuffer: Buffer.alloc(65_536),
    sendBuffer: new SendBuffer(),
  };
  const ends: (string | undefined)[] = [];
  const listener = { directEnded: (tag: string | undefined) => ends.push(tag), directFailed: () => undefined };
  const streams: DirectStream[] = [];
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index++) {
    const stream = new DirectStream(shared, new DirectReader(listener));
    const [[socket]] = (await Promise.all([
      once(server, 'connection'),
      once(stream.wire.connect(), 'connect'),
    ])) as unknown as [[Socket], unknown];
    onTestFinished(() => void stream.wire.destroy());
    streams.push(stream);
    sockets.push(socket);
  }
  return { streams, sockets, ends };
}

test('messages that a server reads late are not overwritten by those of another connection', async () => {
  const { streams, sockets } = await open(2);
  const [late, other] = streams;
  const sent: Buffer[][] = [[], []];
  const send = (index: number, text: string): void => {
    sent[index]?.push(Buffer.from(message.build([text], new SendBuffer())));
    streams[index]?.send(message, [text]);
  };
  for (let round = 0, full = 0; full < 20; round++) {
    send(0, `${round}-${'x'.repeat(1000)}`);
    if (late!.wire.writableLength > 0) full++;
    if (full > 0) send(1, `${round}-y`);
  }
  const received = Promise.all(sockets.map((socket) => buffer(socket)));
  for (const { wire } of streams) wire.end();
  for (const [index, bytes] of (await received).entries()) {
    expect(bytes.equals(Buffer.concat(sent[index] ?? [])), `connection ${index}`).toBe(true);
  }
  expect(late!.bytesWritten).toBe(Buffer.concat(sent[0]!).length);
  expect(other!.bytesWritten).toBe(Buffer.concat(sent[1]!).length);
});

test('bytes are counted with those that the client library writes and reads', async () => {
  const { streams, sockets, ends } = await open(1);
  const [stream] = streams;
  const [socket] = sockets;
  const counts = (): unknown => [stream!.bytesWritten, stream!.bytesRead];
  const length = message.build(['x'], new SendBuffer()).length;
  stream!.wire.write('library');
  expect(counts()).toEqual([7, 0]);
  stream!.send(message, ['x']);
  expect(counts()).toEqual([7 + length, 0]);
  stream!.send(message, ['x']);
  stream!.share();
  stream!.wire.write('again');
  expect(counts()).toEqual([12 + 2 * length, 0]);
  stream!.send(message, ['x']);
  expect(counts()).toEqual([12 + 3 * length, 0]);
  const data = once(stream!.wire, 'data');
  const notice = Buffer.from('N\0\0\0\x05\0');
  socket!.write(Buffer.concat([Buffer.from('2\0\0\0\x04C\0\0\0\x0dUPDATE 1\0'), READY, notice]));
  expect(await data).toEqual([notice]);
  expect(ends).toEqual(['UPDATE 1']);
  expect(counts()).toEqual([stream!.wire.bytesWritten, stream!.wire.bytesRead]);
});
