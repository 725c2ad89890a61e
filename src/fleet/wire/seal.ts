import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { WireError } from './wire-error.ts';

/** Receiver of a sealed message: another run or agent cannot open it. */
export interface SealAddress {
  readonly run: string;
  readonly agent: string;
  /** The process of the agent. */
  readonly incarnation: string;
}

/** An agent's key pair. The public key is sent in base64 (DER, SPKI). */
export interface SealKeyPair {
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** Version, ephemeral public key (DER, SPKI: 44 bytes), nonce; then the encrypted bytes and their tag. */
const VERSION = 1;
const KEY_BYTES = 44;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_BYTES + NONCE_BYTES;
const CIPHER = 'aes-256-gcm';
const PURPOSE = 'loadbot-agent seal 1';

/** Creates the X25519 key pair of an agent process. */
export function createSealKeyPair(): SealKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return { publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'), privateKey };
}

/**
 * Encrypts a message for one agent and run: an ephemeral X25519 key, HKDF-SHA256, AES-256-GCM.
 * @param publicKey of the agent, from its hello
 * @throws {WireError} if it is not an X25519 key
 */
export function seal(message: Uint8Array, publicKey: string, address: SealAddress): Uint8Array {
  const receiver = readPublicKey(Buffer.from(publicKey, 'base64'));
  const ephemeral = generateKeyPairSync('x25519');
  const ephemeralKey = ephemeral.publicKey.export({ format: 'der', type: 'spki' });
  const nonce = randomBytes(NONCE_BYTES);
  const key = deriveKey(ephemeral.privateKey, receiver, ephemeralKey, receiver);
  const header = Buffer.concat([Uint8Array.of(VERSION), ephemeralKey, nonce]);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(associatedData(header, address));
  return Buffer.concat([header, cipher.update(message), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Decrypts a message for this agent.
 * @throws {WireError} for a message that is damaged, or for another agent, process or run
 */
export function unseal(sealed: Uint8Array, { privateKey }: SealKeyPair, address: SealAddress): Uint8Array {
  if (sealed.length < HEADER_BYTES + TAG_BYTES) throw new WireError('the sealed message is incomplete');
  if (sealed[0] !== VERSION) throw new WireError(`the sealed message has the unknown version ${sealed[0]}`);
  const header = sealed.subarray(0, HEADER_BYTES);
  const ephemeralKey = header.subarray(1, 1 + KEY_BYTES);
  const sender = readPublicKey(ephemeralKey);
  try {
    const key = deriveKey(privateKey, sender, ephemeralKey, createPublicKey(privateKey));
    const decipher = createDecipheriv(CIPHER, key, header.subarray(1 + KEY_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(associatedData(header, address))
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new WireError('the sealed message is damaged, or for another agent or run', { cause: error });
  }
}

/** Reads a DER public key; `createPublicKey` alone would take other algorithms, too. */
function readPublicKey(der: Uint8Array): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'x25519') return key;
  } catch (error) {
    throw new WireError('the public key is not an X25519 key', { cause: error });
  }
  throw new WireError('the public key is not an X25519 key');
}

/** Both public keys are part of the derivation, as in RFC 9180, so that a key belongs to one pair of keys. */
function deriveKey(
  privateKey: KeyObject,
  publicKey: KeyObject,
  ephemeralKey: Uint8Array,
  receiver: KeyObject,
): Uint8Array {
  const secret = agree(privateKey, publicKey);
  const receiverKey = receiver.export({ format: 'der', type: 'spki' });
  const salt = Buffer.concat([ephemeralKey, receiverKey]);
  return new Uint8Array(hkdfSync('sha256', secret, salt, PURPOSE, 32));
}

/** Computes the shared secret; OpenSSL refuses public keys of low order, with which everyone would know it. */
function agree(privateKey: KeyObject, publicKey: KeyObject): Uint8Array {
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch (error) {
    throw new WireError('the public key is not a valid X25519 key', { cause: error });
  }
}

function associatedData(header: Uint8Array, { run, agent, incarnation }: SealAddress): Uint8Array {
  return Buffer.concat([header, Buffer.from(JSON.stringify([run, agent, incarnation]))]);
}
