import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';

/** Node tells here of every TCP and unix socket of a client, when it is made and before it connects; not of TLS sockets. */
const CHANNEL = 'net.client.socket';

/**
 * Hands over the socket that is made next, if that is before the code that is running now has returned. For client libraries
 * that keep theirs to themselves: call this right before they connect.
 */
export function nextSocket(adopt: (socket: Socket) => void): void {
  const listen = (message: unknown): void => {
    unsubscribe(CHANNEL, listen);
    const socket: unknown = typeof message === 'object' && message !== null && 'socket' in message && message.socket;
    if (socket instanceof Socket) adopt(socket);
  };
  subscribe(CHANNEL, listen);
  queueMicrotask(() => unsubscribe(CHANNEL, listen));
}
