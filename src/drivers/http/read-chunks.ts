import type { Socket } from 'node:net';
import type { ReadTarget } from '../../shared/network/direct-socket.ts';

/** Longest chunk that is copied into the read buffer, of which the parser keeps a view: a new view costs more. */
const MAX_COPIED_BYTES = 1024;

/**
 * Passes the chunks of a socket above another one to a read target: Node ignores the read buffer of such a socket. Chunks
 * bypass the queue of the stream, which has nothing to wait for here; those that it holds already, or that reach it in
 * another way, arrive as `data`.
 */
export function readChunks(socket: Socket, { buffer, callback }: ReadTarget): void {
  const take = (chunk: Buffer): void => {
    const isCopied = chunk.length <= Math.min(MAX_COPIED_BYTES, buffer.length);
    if (isCopied) buffer.set(chunk);
    callback(chunk.length, isCopied ? buffer : chunk);
  };
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (!Buffer.isBuffer(chunk) || socket.readableLength > 0) return push(chunk, encoding);
    take(chunk);
    return true;
  };
  socket.on('data', take);
}
