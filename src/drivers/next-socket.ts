import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';

/**
 * Diagnostics channel on which Node publishes every TCP and unix client socket at creation, before it connects. TLS
 * sockets are not published.
 */
const CHANNEL = 'net.client.socket';

/**
 * Passes the next created socket to `adopt`, if it is created before the current synchronous code returns. It serves
 * client libraries that do not expose their socket: call this right before they connect.
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
