const QUOTE = 34;
const LF = 10;
const CR = 13;
const CHUNK_BYTES = 512 * 1024;

/**
 * Splits CSV at ends of records, which are line ends after an even number of quotes, so that each piece can be parsed
 * separately. A misplaced quote is an error of its piece or of an earlier one.
 */
export function* chunksOf(bytes: Buffer, most = CHUNK_BYTES): Generator<Buffer> {
  for (let start = 0; start < bytes.length;) {
    const end = start + most < bytes.length ? recordEnd(bytes, start, start + most) : bytes.length;
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** First end of a record at or after `from`, or the end of the bytes. */
function recordEnd(bytes: Buffer, start: number, from: number): number {
  let isQuoted = false;
  for (let at = bytes.indexOf(QUOTE, start); at !== -1 && at < from; at = bytes.indexOf(QUOTE, at + 1)) {
    isQuoted = !isQuoted;
  }
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) return at + 1;
  }
  return bytes.length;
}

/** Line ends in a piece, as csv-parse counts them. */
export function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) lines++;
  }
  return lines;
}
