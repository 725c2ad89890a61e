/** Maximum length of a text that is written byte by byte; a call of the native encoder costs more. */
const SHORT_TEXT = 24;
/** Maximum number of bytes of a UTF-16 unit in UTF-8. */
export const UNIT_BYTES = 3;

/** Writes a text in UTF-8, for which the buffer has room. Returns its end. */
export function writeText(buffer: Buffer, text: string, start: number): number {
  const { length } = text;
  if (length > SHORT_TEXT) return start + buffer.write(text, start);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return start + buffer.write(text, start);
    buffer[start + index] = code;
  }
  return start + length;
}
