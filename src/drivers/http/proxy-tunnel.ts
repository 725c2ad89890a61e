import { request } from 'node:http';
import type { Socket } from 'node:net';
import { type ErrorClass } from '../../core/outcome.ts';
import { ClassifiedError } from '../classify-error.ts';
import type { Tunnel } from './endpoint.ts';

/**
 * Asks the proxy at the other end of `socket` to pass the bytes through to the target.
 * Rejects with the class of the status when the proxy refuses, or with whatever broke the connection.
 */
export async function openTunnel(socket: Socket, { authority, headers }: Tunnel): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const connect = request({ createConnection: () => socket, method: 'CONNECT', path: authority, headers });
    connect.once('error', reject);
    connect.once('response', (response) => reject(refusal(response.statusCode)));
    connect.once('connect', (response, _socket, head) => {
      if (response.statusCode !== 200) {
        reject(refusal(response.statusCode));
      } else {
        // The target speaks when spoken to, but HTTP/2 servers may greet first.
        if (head.length > 0) socket.unshift(head);
        resolve();
      }
    });
    connect.end();
  });
}

function refusal(status = 0): ClassifiedError {
  return new ClassifiedError(classOf(status), `the proxy answered CONNECT with HTTP ${status}`);
}

/** The proxy's status speaks for itself; anything else than 2xx, 4xx and 5xx is no answer to CONNECT. */
function classOf(status: number): ErrorClass {
  if (status >= 500 && status <= 599) return 'status_5xx';
  return status >= 400 && status <= 499 ? 'status_4xx' : 'protocol';
}
