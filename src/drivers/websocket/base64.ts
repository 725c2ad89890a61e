const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Whether a text is base64, with or without padding. */
export function isBase64(text: string): boolean {
  return BASE64.test(text);
}

/** @throws {Error} when the text is not base64 */
export function decodeBase64(text: string): Buffer {
  if (!isBase64(text)) throw new Error('`send_binary` is not base64');
  return Buffer.from(text, 'base64');
}
