import { Writable } from 'node:stream';

/** A stream that keeps what is written to it. */
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
