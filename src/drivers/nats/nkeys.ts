import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Prefix of an Ed25519 private key in PKCS #8 (RFC 8410), before its 32 bytes. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Bytes of an Ed25519 public key in SPKI before its 32 bytes. */
const SPKI_PREFIX_BYTES = 12;
/** First bytes of seeds (S) of users (U), and of public keys of users. */
const SEED_PREFIX = 18 << 3;
const USER_PREFIX = 20 << 3;
/** 2 bytes of prefix, 32 of the key, 2 of the checksum. */
const SEED_BYTES = 36;

/** A user's key pair. */
export interface UserKey {
  /** Public key in the text form of NATS: `U...`. */
  readonly publicKey: string;
  /** Signature of a nonce, in base64url. */
  sign(nonce: string): string;
}

/**
 * Reads the seed of a user, `SU...`: https://github.com/nats-io/nkeys
 * @returns `undefined`: it is not one
 */
export function readSeed(text: string): UserKey | undefined {
  const bytes = decodeBase32(text);
  if (bytes?.length !== SEED_BYTES || crc16(bytes.subarray(0, -2)) !== bytes.readUInt16LE(SEED_BYTES - 2))
    return undefined;
  // The type of the seed is spread over the low bits of the first byte and the high bits of the second.
  const type = ((bytes[0]! & 7) << 5) | ((bytes[1]! & 0xf8) >> 3);
  if ((bytes[0]! & 0xf8) !== SEED_PREFIX || type !== USER_PREFIX) return undefined;
  const key = Buffer.concat([PKCS8_PREFIX, bytes.subarray(2, 34)]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  return {
    publicKey: publicKeyOf(privateKey),
    sign: (nonce) => sign(null, Buffer.from(nonce), privateKey).toString('base64url'),
  };
}

/** Reads a credentials file, as written by nsc: a JWT and a seed. `undefined`: it is not one. */
export function readCredentials(text: string): { readonly jwt: string; readonly key: UserKey } | undefined {
  const [jwt, seed] = [...text.matchAll(/-{3,}BEGIN [^\n-]+-{3,}\s*([\w.=-]+?)\s*-{3,}END/g)].map(([, part]) => part);
  const key = readSeed(seed ?? '');
  return jwt === undefined || key === undefined ? undefined : { jwt, key };
}

function publicKeyOf(privateKey: KeyObject): string {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const bytes = Buffer.concat([Buffer.from([USER_PREFIX]), spki.subarray(SPKI_PREFIX_BYTES)]);
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE(crc16(bytes));
  return encodeBase32(Buffer.concat([bytes, checksum]));
}

function decodeBase32(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let [bits, value] = [0, 0];
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit === -1) return undefined;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes.push((value >> (bits -= 8)) & 0xff);
  }
  return Buffer.from(bytes);
}

function encodeBase32(bytes: Buffer): string {
  let [text, bits, value] = ['', 0, 0];
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + ALPHABET[(value << (5 - bits)) & 31];
}

/** CRC-16 with the polynomial of XMODEM. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc;
}
