import type { Socket } from 'node:net';

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

const END = '\r\n\r\n';

/** Counts the requests on a connection, chunk by chunk. Requests have no body, so each ends with its head. */
export class HeadCounter {
  /** End of the last chunk, which may contain part of the end of a head. */
  #rest = '';

  /** Number of requests that end in this chunk. */
  count(piece: Buffer): number {
    const text = this.#rest + piece.toString('latin1');
    let heads = 0;
    let next = 0;
    for (let at = text.indexOf(END); at !== -1; at = text.indexOf(END, next)) {
      heads++;
      next = at + END.length;
    }
    this.#rest = text.slice(Math.max(next, text.length - END.length + 1));
    return heads;
  }
}
