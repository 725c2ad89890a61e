/** Methods that send `content-length: 0` when they have no body (RFC 9110, section 8.6). */
export const EXPECT_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Header lines of an HTTP/1.1 request, with the required headers added.
 * @param headers names in lower case; a generated value (not a string) gets its line later
 */
export function headerLines(host: string, headers: readonly (readonly [name: string, value: unknown])[]): string {
  const names = new Set(headers.map(([name]) => name));
  let lines = names.has('host') ? '' : headerLine('host', host);
  if (!names.has('connection')) lines += headerLine('connection', 'keep-alive');
  for (const [name, value] of headers) if (typeof value === 'string') lines += headerLine(name, value);
  return lines;
}

export function headerLine(name: string, value: string): string {
  return `${name}: ${value}\r\n`;
}

/** Whether the header closes the connection after the response. */
export function asksToClose(name: string, value: unknown): boolean {
  return name === 'connection' && typeof value === 'string' && /(^|,)\s*close\s*(,|$)/i.test(value);
}

/** Larger bodies are not copied into the message: writing them separately takes less time than the copy. */
const MAX_COPIED_BYTES = 64 * 1024;

/** Whether a body is written after its message, instead of as a part of it. */
export function isSentSeparately(body: string | Buffer | null): body is Buffer {
  return typeof body === 'object' && body !== null && body.length > MAX_COPIED_BYTES;
}

/**
 * Composes an HTTP/1.1 request: a Latin-1 string where possible, which is written without a copy, else bytes.
 * @param isSeparate whether the body is written separately and only counted here
 */
export function composeMessage(
  method: string,
  path: string,
  lines: string,
  body: string | Buffer | null,
  isSeparate = false,
): string | Buffer {
  const bytes = body === null ? 0 : Buffer.byteLength(body);
  const length = bytes > 0 || EXPECT_BODY.has(method) ? `content-length: ${bytes}\r\n` : '';
  const head = `${method} ${path} HTTP/1.1\r\n${lines}${length}\r\n`;
  if (body === null || isSeparate) return head;
  // The byte count equals the character count, so the body is ASCII.
  if (typeof body === 'string' && body.length === bytes) return head + body;
  const message = Buffer.allocUnsafe(head.length + bytes);
  message.write(head, 'latin1');
  if (typeof body === 'string') message.write(body, head.length);
  else body.copy(message, head.length);
  return message;
}
