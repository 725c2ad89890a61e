/** First line of a block of headers. */
const VERSION = 'NATS/1.0';
const STATUS = /^NATS\/1\.0[ \t]+(\d{3})[ \t]*(.*)$/;

/** Status of a message without data: how the server and services report failures. */
export interface MessageStatus {
  readonly code: number;
  readonly text: string;
}

/** A block of headers with `lines`, each with its line end. */
export function headerBlock(lines: string): string {
  return `${VERSION}\r\n${lines}\r\n`;
}

/** A line of a block. @throws {Error} for a value with a line end */
export function headerLine(name: string, value: string): string {
  if (/[\r\n]/.test(value)) throw new Error(`the header ${name} has a line end`);
  return `${name}: ${value}\r\n`;
}

/** Status in the first line of a block; `undefined`: it has none. */
export function statusOf(block: Buffer | undefined): MessageStatus | undefined {
  if (block === undefined) return undefined;
  const end = block.indexOf('\r\n');
  const [, code, text = ''] = STATUS.exec(block.toString('utf8', 0, end === -1 ? block.length : end)) ?? [];
  return code === undefined ? undefined : { code: Number(code), text };
}

/** Headers of a block by lower-case name; several of the same name are joined by `, `. */
export function parseHeaders(block: Buffer | undefined): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of (block?.toString() ?? '').split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
}
