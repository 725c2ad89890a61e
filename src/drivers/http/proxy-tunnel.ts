import { request } from 'node:http';
import type { Socket } from 'node:net';
import { type ErrorClass } from '../../shared/outcome.ts';
import { ClassifiedError } from '../classify-error.ts';
import type { Tunnel } from './endpoint.ts';

/**
 * Sends CONNECT to the proxy at the other end of `socket`. Rejects with the class of the status when the proxy refuses,
 * or with the connection's error.
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
        // An HTTP/2 server may send its SETTINGS first.
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

/** Error class of the proxy's status. Statuses other than 4xx and 5xx are not valid refusals of CONNECT. */
function classOf(status: number): ErrorClass {
  if (status >= 500 && status <= 599) return 'status_5xx';
  return status >= 400 && status <= 499 ? 'status_4xx' : 'protocol';
}
