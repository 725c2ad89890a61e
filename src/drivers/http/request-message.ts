/** Methods whose requests say that they have no body when they have none (RFC 9110, section 8.6). */
const EXPECT_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** The lines of an HTTP/1.1 request's headers. @param headers names, in lower case, and values in turn */
export function headerLines(host: string, headers: readonly string[]): string {
  let lines = '';
  if (!names(headers).includes('host')) lines += `host: ${host}\r\n`;
  if (!names(headers).includes('connection')) lines += 'connection: keep-alive\r\n';
  for (let n = 0; n < headers.length; n += 2) lines += `${headers[n]}: ${headers[n + 1]}\r\n`;
  return lines;
}

/** Whether the request tells the server that it is the connection's last. */
export function asksToClose(headers: readonly string[]): boolean {
  const at = names(headers).indexOf('connection');
  return at >= 0 && /(^|,)\s*close\s*(,|$)/i.test(headers[at * 2 + 1] ?? '');
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

function names(headers: readonly string[]): readonly string[] {
  return headers.filter((_, n) => n % 2 === 0);
}
