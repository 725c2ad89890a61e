/** Table of CRC-32C (Castagnoli), reflected. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
  return crc;
});

/** Checksum of a record batch. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/** The hash by which Kafka's own clients choose the partition of a key: murmur2, without its sign. */
export function keyHash(key: Buffer): number {
  const { length } = key;
  let hash = SEED ^ length;
  const whole = length & ~3;
  for (let at = 0; at < whole; at += 4) {
    let part = Math.imul(key.readInt32LE(at), MULTIPLIER);
    part = Math.imul(part ^ (part >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ part;
  }
  const rest = length - whole;
  if (rest > 0) hash = Math.imul(hash ^ key.readUIntLE(whole, rest), MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return (hash ^ (hash >>> 15)) & 0x7fffffff;
}
