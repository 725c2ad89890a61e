import { createReadStream } from 'node:fs';

/**
 * Reads the text of a file, which may be a pipe such as a shell's `<(...)`, up to a limit: a device never ends.
 * @returns truncated text longer than the limit, if there is more
 */
export function readBounded(path: string, mostBytes: number): Promise<string> {
  // `end` is inclusive: one byte more than the limit shows that there is more.
  return readStream(createReadStream(path, { end: mostBytes }), mostBytes);
}

/** Reads the text of a stream such as standard input, up to a limit. */
export async function readStream(stream: NodeJS.ReadableStream, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const buffer = Buffer.from(chunk);
    chunks.push(buffer);
    bytes += buffer.length;
    if (bytes > mostBytes) break;
  }
  return Buffer.concat(chunks).toString();
}
