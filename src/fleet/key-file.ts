import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { LoadbotError, messageOf } from '../shared/errors.ts';

const MAX_KEY_BYTES = 4096;
/** Permission bits of the group and of others. */
const FOREIGN = 0o077;

/**
 * Creates the key of a coordinator: an Ed25519 private key in PEM in a new file that only its owner can read, and the
 * public key for agents in `FILE.pub`.
 * @throws {LoadbotError} `config_invalid` if a file exists already or cannot be written
 */
export function createKeyFile(file: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeNew(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), 0o600);
  try {
    writeNew(`${file}.pub`, publicKey.export({ format: 'pem', type: 'spki' }), 0o644);
  } catch (error) {
    rmSync(file);
    throw error;
  }
}

/**
 * Reads the private key that signs commands.
 * @param flag that names the file, for messages
 * @throws {LoadbotError} `config_invalid` if it is not a private key, or if other users can read it
 */
export function readPrivateKeyFile(file: string, flag: string): KeyObject {
  return readKey(file, flag, 'private', (pem, mode) => {
    if ((mode & FOREIGN) !== 0 && process.platform !== 'win32') {
      const octal = (mode & 0o777).toString(8).padStart(4, '0');
      throw keyError(`${flag}: other users can read the private key ${file} (mode ${octal})`, `run chmod 600 ${file}`);
    }
    return createPrivateKey(pem);
  });
}

/**
 * Reads the public key of the coordinator that an agent trusts.
 * @throws {LoadbotError} `config_invalid` if it is not a public key
 */
export function readPublicKeyFile(file: string, flag: string): KeyObject {
  return readKey(file, flag, 'public', (pem) => {
    // `createPublicKey` takes a private key, too, which agents must not have.
    if (pem.includes('PRIVATE KEY')) {
      throw keyError(`${flag}: ${file} is a private key`, 'give agents the public key, the file that ends in .pub');
    }
    return createPublicKey(pem);
  });
}

function readKey(
  file: string,
  flag: string,
  type: 'private' | 'public',
  parse: (pem: string, mode: number) => KeyObject,
): KeyObject {
  const { pem, mode } = readPem(file, flag);
  const hint = 'create one with: openssl genpkey -algorithm ed25519';
  try {
    const key = parse(pem, mode);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    if (error instanceof LoadbotError) throw error;
    throw keyError(`${flag}: ${file} is not a ${type} key in PEM`, hint);
  }
  throw keyError(`${flag}: ${file} is not an Ed25519 key`, hint);
}

function readPem(file: string, flag: string): { readonly pem: string; readonly mode: number } {
  let handle: number | undefined;
  try {
    // Non-blocking: opening a pipe would wait for a writer. Mode and content are of the same file.
    handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw new Error('it is not a regular file');
    if (stat.size > MAX_KEY_BYTES) throw new Error(`it is larger than ${MAX_KEY_BYTES} bytes`);
    return { pem: readFileSync(handle, 'utf8'), mode: stat.mode };
  } catch (error) {
    throw keyError(`${flag}: cannot read the key ${file}: ${messageOf(error)}`);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function writeNew(file: string, content: string | Buffer, mode: number): void {
  try {
    writeFileSync(file, content, { flag: 'wx', mode });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw exists
      ? keyError(`cannot create the key ${file}: it exists already`, 'use another name, or remove the file')
      : keyError(`cannot create the key ${file}: ${messageOf(error)}`);
  }
}

function keyError(message: string, hint?: string): LoadbotError {
  return new LoadbotError('config_invalid', message, hint === undefined ? {} : { hint });
}
