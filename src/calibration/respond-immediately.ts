import type { Socket } from 'node:net';
import { HeadCounter } from './head-counter.ts';

/** Minimal response: status, length and a document. */
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

/** Answers each request of a connection when it is read, with one write per read. */
export function respondImmediately(socket: Socket): void {
  const heads = new HeadCounter();
  socket.setNoDelay(true);
  socket.on('data', (piece: Buffer) => {
    const requests = heads.count(piece);
    if (requests > 0) socket.write(requests === 1 ? ANSWER : ANSWER.repeat(requests), 'latin1');
  });
  // A client that disconnects is not an error.
  socket.on('error', () => socket.destroy());
}
