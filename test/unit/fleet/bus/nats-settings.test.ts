import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LoadbotError } from '../../../../src/shared/errors.ts';
import { redactSecrets } from '../../../../src/shared/secrets.ts';
import { readNatsSettings } from '../../../../src/fleet/bus/nats-settings.ts';

const pem = (name: string): string => fileURLToPath(new URL(`../../../certificates/${name}.pem`, import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadbot-nats-settings-'));
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

/** The problems of settings, as `path: message (hint)`. */
function problemsOf(urls: string, environment: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    readNatsSettings(urls, environment);
    return [];
  } catch (error) {
    if (!(error instanceof LoadbotError)) throw error;
    expect(error.code).toBe('config_invalid');
    return error.problems.map(({ path, message, hint }) => `${path}: ${message} (${hint})`);
  }
}

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe('URLs', () => {
  test('name one or more servers, with the port 4222 by default', () => {
    const { servers, shown, tls } = readNatsSettings('nats://localhost, nats://127.1.2.3:5222/,nats://[::1]', {});
    expect(servers).toEqual([
      { host: 'localhost', port: 4222 },
      { host: '127.1.2.3', port: 5222 },
      { host: '::1', port: 4222 },
    ]);
    expect([shown, tls]).toEqual(['nats://localhost,nats://127.1.2.3:5222,nats://[::1]', undefined]);
  });

  test('use TLS for all servers if one of them has tls://, or if there are certificates', () => {
    expect(readNatsSettings('tls://bus.example,nats://localhost', {}).tls).toEqual({});
    const { tls } = readNatsSettings('nats://localhost', { LOADBOT_BUS_CA: pem('ca') });
    expect(tls?.ca).toContain('BEGIN CERTIFICATE');
  });

  test.each(['bus', 'bus:4222', 'http://bus', 'nats://', 'nats://a b', 'tls://bus:99999', ''])(
    'of another form are refused: %j',
    (url) => {
      expect(problemsOf(url)).toEqual([expect.stringMatching(/^--bus: not a URL of NATS: .*write nats:\/\/localhost/)]);
    },
  );

  test.each(['nats://bus:4222', 'nats://10.0.0.1', 'nats://128.0.0.1', 'nats://localhost.example', 'nats://[::2]'])(
    'without TLS are refused if they leave this machine: %s',
    (url) => {
      const secure = url.replace('nats:', 'tls:');
      expect(problemsOf(url)).toEqual([
        `--bus: ${url}: without TLS, the network could read and change the messages of a fleet (write ${secure}, and set LOADBOT_BUS_CA for a certificate of your own authority)`,
      ]);
    },
  );

  test('with credentials are refused, without repeating them', () => {
    const problems = problemsOf('tls://ada:s3cret@bus:4222,tls://t0k3n@bus,tls://bus/path?auth=s3cret');
    expect(problems).toEqual([
      '--bus: tls://bus:4222: credentials in a URL are visible in the list of processes (set LOADBOT_BUS_USER and LOADBOT_BUS_PASSWORD instead)',
      '--bus: tls://bus: credentials in a URL are visible in the list of processes (set LOADBOT_BUS_USER and LOADBOT_BUS_PASSWORD instead)',
      expect.stringContaining('tls://bus/path: a URL of NATS has only a host and a port'),
    ]);
    expect(problems.join(' ')).not.toMatch(/s3cret|t0k3n/);
  });
});

describe('credentials', () => {
  test('come from the environment or from files, and are secrets in any form', async () => {
    const password = { LOADBOT_BUS_USER: 'ada', LOADBOT_BUS_PASSWORD: 'pass/s3cret' };
    const { credentials, secrets } = readNatsSettings('nats://localhost', password);
    expect(credentials).toEqual({ user: 'ada', password: 'pass/s3cret' });
    expect(redactSecrets('user ada, pass/s3cret, pass%2Fs3cret', secrets)).toBe('user ada, ***, ***');
    const path = await write('password', ' from-file \n');
    expect(readNatsSettings('nats://localhost', { LOADBOT_BUS_USER: 'ada', LOADBOT_BUS_PASSWORD_FILE: path })).toEqual(
      expect.objectContaining({ credentials: { user: 'ada', password: 'from-file' } }),
    );
    const creds = await write('creds', '---JWT---\neyJ0.abc\n---SEED---\nSUAseed\n');
    const file = readNatsSettings('nats://localhost', { LOADBOT_BUS_CREDS_FILE: creds });
    expect(redactSecrets('eyJ0.abc SUAseed', file.secrets)).toBe('*** ***');
    expect(readNatsSettings('nats://localhost', { LOADBOT_BUS_TOKEN: '' }).credentials).toBeUndefined();
  });

  test('of two kinds, incomplete or unreadable ones are reported together', () => {
    const missing = join(folder, 'missing');
    expect(
      problemsOf('bus', {
        LOADBOT_BUS_USER: 'ada',
        LOADBOT_BUS_TOKEN: 't0k3n',
        LOADBOT_BUS_TOKEN_FILE: missing,
        LOADBOT_BUS_CA: missing,
      }),
    ).toEqual([
      expect.stringContaining('--bus: not a URL of NATS: "bus"'),
      expect.stringContaining(`LOADBOT_BUS_CA: cannot read ${missing}: ENOENT`),
      'LOADBOT_BUS_TOKEN_FILE: LOADBOT_BUS_TOKEN is set, too (unset one of them)',
      'LOADBOT_BUS_USER, LOADBOT_BUS_TOKEN, LOADBOT_BUS_TOKEN_FILE: two kinds of credentials (unset all but one kind)',
      'LOADBOT_BUS_USER: a user needs a password (set LOADBOT_BUS_PASSWORD or LOADBOT_BUS_PASSWORD_FILE)',
    ]);
    expect(problemsOf('nats://localhost', { LOADBOT_BUS_PASSWORD: 's3cret' })).toEqual([
      'LOADBOT_BUS_PASSWORD: a password needs a user (set LOADBOT_BUS_USER)',
    ]);
    expect(problemsOf('nats://localhost', { LOADBOT_BUS_NKEY_FILE: missing })).toEqual([
      expect.stringContaining(`LOADBOT_BUS_NKEY_FILE: cannot read ${missing}`),
    ]);
  });
});

describe('certificates', () => {
  const client = { LOADBOT_BUS_CERT: pem('client'), LOADBOT_BUS_KEY: pem('client-key') };

  test('are read, and the key is a secret', () => {
    const { tls, secrets } = readNatsSettings('tls://bus', { ...client, LOADBOT_BUS_CA: pem('ca') });
    expect(Object.keys(tls ?? {}).toSorted()).toEqual(['ca', 'cert', 'key']);
    expect(secrets).toContain(tls?.key);
  });

  test('are refused if they are not usable', async () => {
    const garbage = await write('garbage.pem', 'garbage');
    expect(problemsOf('tls://bus', { LOADBOT_BUS_CA: garbage })).toEqual([
      'LOADBOT_BUS_CA: not usable: no certificate in PEM format (set files in PEM format)',
    ]);
    expect(problemsOf('tls://bus', { LOADBOT_BUS_CERT: pem('client') })).toEqual([
      'LOADBOT_BUS_CERT: a client certificate needs its key (set LOADBOT_BUS_KEY, too)',
    ]);
    expect(problemsOf('tls://bus', { LOADBOT_BUS_KEY: pem('client-key') })).toEqual([
      'LOADBOT_BUS_KEY: a client certificate needs its key (set LOADBOT_BUS_CERT, too)',
    ]);
    expect(problemsOf('tls://bus', { ...client, LOADBOT_BUS_KEY: pem('server-key') })).toEqual([
      expect.stringMatching(/^LOADBOT_BUS_CERT, LOADBOT_BUS_KEY: not usable: .*key values mismatch/),
    ]);
  });
});
