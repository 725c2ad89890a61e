/** Parts of the 64-bit FNV-1a hash: http://www.isthe.com/chongo/tech/comp/fnv/ */
const OFFSET_HIGH = 0xcbf29ce4;
const OFFSET_LOW = 0x84222325;
/** The prime is 2^40 + 435. */
const PRIME_LOW = 435;
const TWO_32 = 2 ** 32;

/**
 * The 64-bit FNV-1a hash of a number's 8 bytes, lowest first, modulo a count; YCSB's `fnvhash64`, which drops the sign.
 * @param value an integer from 0 to 2^53
 * @param count from 1 to 2^37; above that, the remainder is not exact
 */
export function fnvHash(value: number, count: number): number {
  let high = OFFSET_HIGH;
  let low = OFFSET_LOW;
  let rest = value;
  for (let octet = 0; octet < 8; octet++) {
    low = (low ^ (rest % 256)) >>> 0;
    rest = Math.floor(rest / 256);
    // Multiplies by the prime in 32-bit halves: the carry of the low half and its shift by 40 bits are added to the
    // high half.
    const product = low * PRIME_LOW;
    high = (Math.imul(high, PRIME_LOW) + Math.floor(product / TWO_32) + (low << 8)) >>> 0;
    low = product % TWO_32;
  }
  if (high >= 2 ** 31) {
    // Absolute value of the signed number: inverts all bits and adds one.
    low = (~low + 1) >>> 0;
    high = (~high + (low === 0 ? 1 : 0)) >>> 0;
  }
  // 16 bits at a time, so that products remain exact.
  let remainder = high % count;
  remainder = (remainder * 65_536 + (low >>> 16)) % count;
  return (remainder * 65_536 + (low & 65_535)) % count;
}
