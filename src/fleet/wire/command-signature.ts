import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import type { CommandAddress } from './messages/command.ts';

const PURPOSE = 'loadbot-agent command 1';

/**
 * Signs a command for one process of one agent, in base64 (Ed25519). The signature covers the agent, its incarnation, the
 * run, the number and kind of the command, and the SHA-256 of its payload.
 * @param key Ed25519 private key of the coordinator; see `key-file.ts`
 */
export function signCommand(key: KeyObject, address: CommandAddress, payload: Uint8Array): string {
  return sign(null, signedBytes(address, payload), key).toString('base64');
}

/**
 * Whether a command is signed by the owner of the key, for the address. The receiver also checks that the address is its
 * own, and that it has not executed the number before: the stored reply answers a repetition.
 */
export function verifyCommand(
  key: KeyObject,
  address: CommandAddress,
  payload: Uint8Array,
  signature: string | undefined,
): boolean {
  return signature !== undefined && verify(null, signedBytes(address, payload), key, Buffer.from(signature, 'base64'));
}

function signedBytes({ agent, incarnation, run, n, kind }: CommandAddress, payload: Uint8Array): Uint8Array {
  const hash = createHash('sha256').update(payload).digest('hex');
  return Buffer.from(JSON.stringify([PURPOSE, agent, incarnation, run, n, kind, hash]));
}
