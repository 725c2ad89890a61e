import { createReadStream } from 'node:fs';

/**
 * The text of a file that may be a pipe, such as a shell's `<(...)`, read no further than its bound: a device never ends.
 * @returns text longer than the bound, cut off, where there is more
 */
export function readBounded(path: string, mostBytes: number): Promise<string> {
  // `end` is the last byte that is read, so one beyond the bound shows that there is more.
  return collect(createReadStream(path, { end: mostBytes }), mostBytes);
}

/** The text of a stream, such as standard input, read no further than its bound. */
export async function collect(stream: NodeJS.ReadableStream, mostBytes: number): Promise<string> {
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
