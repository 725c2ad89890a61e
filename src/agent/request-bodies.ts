import type { IncomingMessage } from 'node:http';

/** The largest body is a workload of tens of thousands of jobs. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Bytes of all bodies being received. */
const MAX_HELD_BYTES = 2 * MAX_BODY_BYTES;

/** Reasons to drop a body: it is too large, too many bytes are being received, or the client has disconnected. */
type BodyFault = 'too_large' | 'busy' | 'gone';

/** A body, or the reason why it was dropped. */
export type ReceivedBody = { readonly text: string } | { readonly fault: BodyFault };

/** Reads bodies of requests, and bounds the memory that all of them take. */
export class RequestBodies {
  #heldBytes = 0;

  /** Reads a body to its end without keeping it. */
  drop(request: IncomingMessage): Promise<ReceivedBody> {
    return new Promise((resolve) => {
      request.resume();
      request.once('end', () => resolve({ text: '' }));
      request.once('close', () => resolve({ text: '' }));
    });
  }

  /** The whole body as text. A dropped body is read to its end, too, so that its client gets the answer. */
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
