import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createSealKeyPair,
  seal,
  type SealAddress,
  type SealKeyPair,
  unseal,
} from '../../../../src/fleet/wire/seal.ts';
import { WireError } from '../../../../src/fleet/wire/wire-error.ts';

const keys: SealKeyPair = createSealKeyPair();
const address: SealAddress = { run: 'run-1', agent: 'eu-1', incarnation: 'a1' };
const message = Buffer.from('the plan with its secrets');
const sealed = seal(message, keys.publicKey, address);

test('only the owner of the key reads a sealed message', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      expect(Buffer.from(unseal(seal(bytes, keys.publicKey, address), keys, address)).equals(bytes)).toBe(true);
    }),
  );
  expect(() => unseal(sealed, createSealKeyPair(), address)).toThrow(
    'the sealed message is damaged, or for another agent or run',
  );
  expect(Buffer.from(sealed).includes('secrets')).toBe(false);
});

test('two seals of one message differ', () => {
  expect(Buffer.compare(seal(message, keys.publicKey, address), sealed)).not.toBe(0);
});

test.each<[string, SealAddress]>([
  ['run', { ...address, run: 'run-2' }],
  ['agent', { ...address, agent: 'eu-2' }],
  ['process of the agent', { ...address, incarnation: 'a2' }],
  ['split of the names', { run: 'run-1eu-1', agent: '', incarnation: 'a1' }],
])('refuses a message that is repeated to another %s', (_, other) => {
  expect(() => unseal(sealed, keys, other)).toThrow(WireError);
});

test('refuses a message with any byte changed or removed', () => {
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    expect(() => unseal(changed, keys, address), `byte ${at}`).toThrow(WireError);
    expect(() => unseal(sealed.subarray(0, at), keys, address), `${at} bytes`).toThrow(WireError);
  }
});

test('refuses keys of other algorithms', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const other = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  expect(() => seal(message, other, address)).toThrow('the public key is not an X25519 key');
  expect(() => seal(message, 'AAAA', address)).toThrow('the public key is not an X25519 key');
});

test('refuses a public key of low order, with which the secret would be known', () => {
  const zero = Buffer.from(keys.publicKey, 'base64');
  zero.fill(0, zero.length - 32);
  expect(() => seal(message, zero.toString('base64'), address)).toThrow(WireError);
});
