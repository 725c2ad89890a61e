import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { signCommand, verifyCommand } from '../../../../src/fleet/wire/command-signature.ts';
import { type CommandAddress, decodeCommand, encodeCommand } from '../../../../src/fleet/wire/messages/command.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const address: CommandAddress = { agent: 'eu-1', incarnation: 'a1', run: 'run-1', n: 3, kind: 'stop' };
const payload = Buffer.from('payload');
const signature = signCommand(privateKey, address, payload);

test('a signed command is verified after its transport', () => {
  const bytes = encodeCommand(address, { kind: 'stop', reason: 'end' }, undefined, (to, content) =>
    signCommand(privateKey, to, content),
  );
  const received = decodeCommand(bytes);
  expect(verifyCommand(publicKey, received.address, received.payload, received.signature)).toBe(true);
});

test.each<[string, CommandAddress]>([
  ['agent', { ...address, agent: 'eu-2' }],
  ['process of the agent', { ...address, incarnation: 'a2' }],
  ['run', { ...address, run: 'run-2' }],
  ['number', { ...address, n: 4 }],
  ['kind', { ...address, kind: 'release' }],
])('a signature is not valid for another %s', (_, other) => {
  expect(verifyCommand(publicKey, address, payload, signature)).toBe(true);
  expect(verifyCommand(publicKey, other, payload, signature)).toBe(false);
});

test('a signature is not valid for another payload or key, and no command is valid without one', () => {
  expect(verifyCommand(publicKey, address, Buffer.from('Payload'), signature)).toBe(false);
  expect(verifyCommand(generateKeyPairSync('ed25519').publicKey, address, payload, signature)).toBe(false);
  expect(verifyCommand(publicKey, address, payload, undefined)).toBe(false);
  expect(verifyCommand(publicKey, address, payload, '')).toBe(false);
  expect(verifyCommand(publicKey, address, payload, `AAAA${signature}`)).toBe(false);
});

test('a signature with any bit changed is not valid', () => {
  const bytes = Buffer.from(signature, 'base64');
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 4;
    expect(verifyCommand(publicKey, address, payload, changed.toString('base64')), `byte ${at}`).toBe(false);
  }
});
