import type { Socket } from 'node:net';
import { answerAtOnce } from './answer-at-once.ts';

// The entry of one of the null server's processes: answers on the connections that it is given, until its starter is gone.
process.on('message', (_, socket: Socket | undefined) => {
  // Nothing, if the client has left meanwhile.
  if (socket === undefined) return;
  answerAtOnce(socket);
  socket.resume();
});
// Ctrl-C reaches it too, but the requests under way want their answers.
process.on('SIGINT', () => {});
