import { once } from 'node:events';
import { type AddressInfo, Socket } from 'node:net';
import { createServer, TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { MessageSender } from '../../../../src/drivers/http/message-sender.ts';
import { certificate } from '../../../certificates/certificates.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import { openProbe } from './running.ts';

const UNVERIFIED = { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: true };

interface HeldWrites {
  readonly sender: MessageSender;
  readonly socket: Socket;
  /** Writes that the socket has been given so far. */
  readonly written: string[];
  /** Reports the end of the oldest write. */
  readonly report: (error?: Error) => void;
}

/** A sender on a socket that reports the end of a write when the test does. */
function hold(isEncrypted: boolean): HeldWrites {
  const socket = isEncrypted ? new TLSSocket(new Socket()) : new Socket();
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  const written: string[] = [];
  const callbacks: ((error?: Error | null) => void)[] = [];
  socket._write = (chunk: string | Buffer, _encoding, callback) => {
    written.push(chunk.toString('latin1'));
    callbacks.push(callback);
  };
  return { sender: new MessageSender(socket), socket, written, report: (error) => callbacks.shift()?.(error ?? null) };
}

test('a message over TLS waits for the end of the last write', () => {
  const { sender, written, report } = hold(true);
  sender.send('first', null);
  sender.send('second', null);
  expect(written).toEqual(['first']);
  report();
  expect(written).toEqual(['first', 'second']);
  report();
  sender.send(Buffer.from('third'), null);
  expect(written).toEqual(['first', 'second', 'third']);
});

test('a message that waits is not sent on a socket that has closed or failed', () => {
  for (const fail of [(held: HeldWrites) => held.socket.destroy(), (held: HeldWrites) => held.report(new Error('x'))]) {
    const held = hold(true);
    held.sender.send('first', null);
    held.sender.send('second', null);
    fail(held);
    held.report();
    expect(held.written).toEqual(['first']);
    expect(held.socket.destroyed).toBe(true);
  }
});

test('a short message over TLS counts as sent; a long one, and one without TLS, when the socket reports it', () => {
  const encrypted = hold(true);
  encrypted.sender.send('x'.repeat(16 * 1024), null);
  expect(encrypted.sender.isSending).toBe(false);
  encrypted.report();
  encrypted.sender.send('x'.repeat(16 * 1024 + 1), null);
  expect(encrypted.sender.isSending).toBe(true);
  encrypted.report();
  expect(encrypted.sender.isSending).toBe(false);

  const plain = hold(false);
  plain.sender.send('x', null);
  expect(plain.sender.isSending).toBe(true);
  plain.report();
  expect(plain.sender.isSending).toBe(false);
});

test('a request over TLS that is answered before it was sent completely is done, and its connection is replaced', async () => {
  let connections = 0;
  const server = createServer({ cert: certificate('server'), key: certificate('server-key') }, (socket) => {
    connections++;
    socket.on('error', () => undefined);
    socket.once('data', () => socket.pause().write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const http = { tls: UNVERIFIED, body: 'x'.repeat(20_000_000) };
  const { probe } = await openProbe(httpOptions(`https://127.0.0.1:${port}`, { type: 'write', http }));
  for (let n = 0; n < 3; n++) expect(await probe.request(n)).toBe('status_4xx');
  expect(connections).toBe(3);
});
