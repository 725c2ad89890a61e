import type { IncomingMessage } from 'node:http';

/** The largest body is a workload of tens of thousands of jobs. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Of all requests that are being received. */
const MAX_HELD_BYTES = 2 * MAX_BODY_BYTES;

/** Why a body was not kept: it is larger than allowed, too much is being received already, or the client has gone. */
type BodyFault = 'too_large' | 'busy' | 'gone';

/** A body, or the reason why there is none. */
export type ReceivedBody = { readonly text: string } | { readonly fault: BodyFault };

/** Reads bodies of requests, and bounds the memory that all of them take. */
export class RequestBodies {
  #heldBytes = 0;

  /** The whole body as text. One that is not kept is read to its end all the same, so that its client gets the answer. */
  read(request: IncomingMessage): Promise<ReceivedBody> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      let fault: BodyFault | undefined;
      const release = (): void => {
        this.#heldBytes -= bytes;
        bytes = 0;
        chunks.length = 0;
      };
      request.on('data', (chunk: Buffer) => {
        if (fault !== undefined) return;
        bytes += chunk.length;
        this.#heldBytes += chunk.length;
        chunks.push(chunk);
        if (bytes > MAX_BODY_BYTES) fault = 'too_large';
        else if (this.#heldBytes > MAX_HELD_BYTES) fault = 'busy';
        if (fault === undefined) return;
        release();
        resolve({ fault });
      });
      request.on('end', () => {
        if (fault === undefined) resolve({ text: Buffer.concat(chunks).toString() });
        release();
      });
      request.on('close', () => {
        release();
        resolve({ fault: 'gone' });
      });
    });
  }
}
