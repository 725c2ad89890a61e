import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createKeyFile, readPrivateKeyFile, readPublicKeyFile } from '../../../src/fleet/key-file.ts';
import { signCommand, verifyCommand } from '../../../src/fleet/wire/command-signature.ts';

const folder = mkdtempSync(join(tmpdir(), 'loadbot-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
let file = '';
beforeEach(() => {
  file = join(folder, `key-${++count}`);
});

const FLAG = '--fleet_key';

describe('a created key', () => {
  it('signs commands that its public key verifies', () => {
    createKeyFile(file);
    const address = { agent: 'a', incarnation: 'i', run: 'r', n: 1, kind: 'probe' } as const;
    const payload = Buffer.from('x');
    const signature = signCommand(readPrivateKeyFile(file, FLAG), address, payload);
    expect(verifyCommand(readPublicKeyFile(`${file}.pub`, FLAG), address, payload, signature)).toBe(true);
  });

  it('is readable by its owner only', () => {
    createKeyFile(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('replaces no file, and is not created without its public key', () => {
    writeFileSync(`${file}.pub`, 'mine');
    expect(() => createKeyFile(file)).toThrow(`cannot create the key ${file}.pub: it exists already`);
    expect(existsSync(file)).toBe(false);
    rmSync(`${file}.pub`);
    createKeyFile(file);
    const before = readFileSync(file, 'utf8');
    expect(() => createKeyFile(file)).toThrow(`cannot create the key ${file}: it exists already`);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('reading a key', () => {
  it.each([
    [0o640, '0640'],
    [0o604, '0604'],
    [0o644, '0644'],
  ])('refuses a private key of the mode %o', (mode, text) => {
    createKeyFile(file);
    chmodSync(file, mode);
    expect(() => readPrivateKeyFile(file, FLAG)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: `--fleet_key: other users can read the private key ${file} (mode ${text})`,
        hint: `run chmod 600 ${file}`,
      }),
    );
  });

  it('refuses a private key where agents take the public one', () => {
    createKeyFile(file);
    expect(() => readPublicKeyFile(file, FLAG)).toThrow(`--fleet_key: ${file} is a private key`);
  });

  it('refuses a public key where the private one is needed', () => {
    createKeyFile(file);
    chmodSync(`${file}.pub`, 0o600);
    expect(() => readPrivateKeyFile(`${file}.pub`, FLAG)).toThrow(`${file}.pub is not a private key in PEM`);
  });

  it('refuses keys of other algorithms', () => {
    const { privateKey, publicKey } = generateKeyPairSync('x25519');
    writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
    writeFileSync(`${file}.pub`, publicKey.export({ format: 'pem', type: 'spki' }));
    expect(() => readPrivateKeyFile(file, FLAG)).toThrow(`${file} is not an Ed25519 key`);
    expect(() => readPublicKeyFile(`${file}.pub`, FLAG)).toThrow(`${file}.pub is not an Ed25519 key`);
  });

  it('refuses other files, each with its reason', () => {
    writeFileSync(file, 'no key', { mode: 0o600 });
    expect(() => readPrivateKeyFile(file, FLAG)).toThrow(`${file} is not a private key in PEM`);
    expect(() => readPublicKeyFile(file, FLAG)).toThrow(`${file} is not a public key in PEM`);
    writeFileSync(file, 'x'.repeat(5000));
    expect(() => readPublicKeyFile(file, FLAG)).toThrow('it is larger than 4096 bytes');
    expect(() => readPublicKeyFile(folder, FLAG)).toThrow('it is not a regular file');
    expect(() => readPublicKeyFile(`${file}.none`, FLAG)).toThrow(/cannot read the key .*ENOENT/);
  });
});
