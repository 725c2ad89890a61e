import { headerBlock } from './headers.ts';
import type { OutgoingMessage } from './request.ts';

const LINE_END = Buffer.from('\r\n');

/** A PUB, or HPUB with headers. @param reply subject for replies; empty: none */
export function encodeMessage({ subject, headers, payload }: OutgoingMessage, reply: string): Buffer {
  const to = reply === '' ? subject : `${subject} ${reply}`;
  if (headers === '') return Buffer.concat([Buffer.from(`PUB ${to} ${payload.length}\r\n`), payload, LINE_END]);
  const block = headerBlock(headers);
  const headerBytes = Buffer.byteLength(block);
  const head = `HPUB ${to} ${headerBytes} ${headerBytes + payload.length}\r\n${block}`;
  return Buffer.concat([Buffer.from(head), payload, LINE_END]);
}
