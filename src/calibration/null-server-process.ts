import type { Socket } from 'node:net';
import { respondImmediately } from './respond-immediately.ts';

// Entry point of a null server process: responds on the connections that it receives, until its parent exits.
process.on('message', (_, socket: Socket | undefined) => {
  // Undefined if the client has disconnected.
  if (socket === undefined) return;
  respondImmediately(socket);
  socket.resume();
});
// Ctrl-C signals this process too, but requests in flight need their responses.
process.on('SIGINT', () => {});
