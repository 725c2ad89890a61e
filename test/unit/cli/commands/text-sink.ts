import { Writable } from 'node:stream';

/** A stream that keeps the written text. */
export function textSink(): { readonly stream: Writable; text(): string } {
  let written = '';
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      written += chunk.toString();
      done();
    },
  });
  return { stream, text: () => written };
}
