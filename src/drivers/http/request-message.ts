/** Methods whose requests say that they have no body when they have none (RFC 9110, section 8.6). */
export const EXPECT_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * The lines of an HTTP/1.1 request's headers, with those that it needs and does not name.
 * @param headers names in lower case; what is no text has a line of its own later
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

/** Whether this header tells the server that the request is the connection's last. */
export function asksToClose(name: string, value: unknown): boolean {
  return name === 'connection' && typeof value === 'string' && /(^|,)\s*close\s*(,|$)/i.test(value);
}

/** A whole HTTP/1.1 request: Latin-1 text where that can hold it, which is written without a copy, or else bytes. */
export function composeMessage(
  method: string,
  path: string,
  lines: string,
  body: string | Buffer | null,
): string | Buffer {
  const bytes = body === null ? 0 : Buffer.byteLength(body);
  const length = bytes > 0 || EXPECT_BODY.has(method) ? `content-length: ${bytes}\r\n` : '';
  const head = `${method} ${path} HTTP/1.1\r\n${lines}${length}\r\n`;
  if (body === null) return head;
  // As many bytes as characters: the body is ASCII.
  if (typeof body === 'string' && body.length === bytes) return head + body;
  const message = Buffer.allocUnsafe(head.length + bytes);
  message.write(head, 'latin1');
  if (typeof body === 'string') message.write(body, head.length);
  else body.copy(message, head.length);
  return message;
}
