import type { IncomingMessage } from 'node:http';

interface BodyReader {
  /**
   * The body is complete.
   * @param body `undefined`: it exceeded the maximum size
   */
  whole(body: string | undefined): void;
  /** The client disconnected before the end of the body. */
  gone(): void;
}

/** Collects a request's body as text and calls exactly one of the reader's functions, once. */
export function readBody(request: IncomingMessage, maxBytes: number, reader: BodyReader): void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks = [];
  });
  request.on('end', () => reader.whole(bytes <= maxBytes ? Buffer.concat(chunks).toString() : undefined));
  request.on('close', () => {
    if (!request.complete) reader.gone();
  });
}
