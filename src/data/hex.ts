const DIGITS = Buffer.from('0123456789abcdef', 'latin1');

/**
 * Writes the lowest bits of a number as hexadecimal digits. Filling a buffer and making text of it once takes half the
 * time of adding up pieces of text, which then have to be put together.
 * @param digits how many: 4 bits each
 */
export function writeHex(buffer: Uint8Array, at: number, bits: number, digits: number): void {
  for (let place = at + digits - 1, rest = bits; place >= at; place--, rest >>>= 4) buffer[place] = DIGITS[rest & 15]!; // 16 of them
}
