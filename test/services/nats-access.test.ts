import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { answer, ask } from '../contract/bus/members.ts';
import { describeWithServices } from './binary.ts';
import { NATS, NATS_NEWEST, type NatsService, startNats } from './nats.ts';
import { createOperator } from './nats-jwt.ts';
import { openMember, pem, refusal } from './nats-members.ts';
import { freePort } from './service.ts';

const CA = { LOADBOT_BUS_CA: pem('ca') };
const CLIENT = { ...CA, LOADBOT_BUS_CERT: pem('client'), LOADBOT_BUS_KEY: pem('client-key') };

function tls(certificate: string, more = ''): string {
  return `tls { cert_file: "${pem(certificate)}", key_file: "${pem('server-key')}", timeout: 60${more} }`;
}

for (const binary of [NATS, NATS_NEWEST]) {
  describeWithServices(`access to ${binary.name}`, [binary], () => {
    let folder: string;
    let server: NatsService | undefined;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'loadbot-nats-access-'));
    });

    afterEach(async () => {
      await server?.stop();
      server = undefined;
    });

    afterAll(async () => rm(folder, { recursive: true, force: true }));

    async function start(config: string): Promise<number> {
      server = await startNats({ binary, config });
      return server.port;
    }

    async function write(name: string, text: string): Promise<string> {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    }

    /** Connects, and sends a request to itself. */
    async function isUsable(url: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
      const { bus, problems } = await openMember(url, environment);
      answer(bus, 'self', 'yes');
      const answered = await ask(bus, 'self');
      await bus.close();
      expect(problems).toEqual([]);
      return answered === 'yes';
    }

    test.each([
      ['expired', 'certificate has expired', 'renew the certificate of the server'],
      ['other-host', "Hostname/IP does not match certificate's altnames", 'use a host name or an address that'],
      ['self-signed', 'self-signed certificate', "set LOADBOT_BUS_CA to the certificate of the server's authority"],
    ])('refuses a server whose certificate is: %s', async (certificate, reason, hint) => {
      const url = `tls://localhost:${await start(tls(certificate))}`;
      const [code, message, advice] = await refusal(url, CA);
      expect(code).toBe('config_invalid');
      expect(message).toContain(`TLS to the bus ${url} failed: ${reason}`);
      expect(advice).toContain(hint);
    });

    test('accepts a certificate of a private authority, by host name and by address', async () => {
      const port = await start(tls('server'));
      expect(await isUsable(`tls://localhost:${port}`, CA)).toBe(true);
      expect(await isUsable(`tls://127.0.0.1:${port}`, CA)).toBe(true);
      for (const url of [`tls://localhost:${port}`, `nats://localhost:${port}`]) {
        const [code, message, hint] = await refusal(url);
        expect([code, hint]).toEqual(['config_invalid', expect.stringContaining('LOADBOT_BUS_CA')]);
        expect(message).toBe(`TLS to the bus ${url} failed: unable to verify the first certificate`);
      }
    });

    test('presents a client certificate, and reports that one is needed', async () => {
      const url = `tls://localhost:${await start(tls('server', `, ca_file: "${pem('ca')}", verify: true`))}`;
      expect(await isUsable(url, CLIENT)).toBe(true);
      expect(await refusal(url, CA)).toEqual([
        'config_invalid',
        `the bus ${url} demands a client certificate`,
        'set LOADBOT_BUS_CERT and LOADBOT_BUS_KEY to a certificate that the server trusts, and its key',
      ]);
    });

    test('does not continue without TLS', async () => {
      const url = `tls://localhost:${await start('')}`;
      const [code, message] = await refusal(url, { ...CA, LOADBOT_BUS_TOKEN: 'tok3n' });
      expect([code, message]).toEqual(['config_invalid', `the bus ${url} does not offer TLS`]);
    });

    test('authenticates with a token, from the environment or a file', async () => {
      const url = `nats://localhost:${await start('authorization { token: "tok3n-s3cret" }')}`;
      expect(await isUsable(url, { LOADBOT_BUS_TOKEN: 'tok3n-s3cret' })).toBe(true);
      expect(await isUsable(url, { LOADBOT_BUS_TOKEN_FILE: await write('token', 'tok3n-s3cret\n') })).toBe(true);
      expect(await refusal(url, { LOADBOT_BUS_TOKEN: 'wr0ng-s3cret' })).toEqual([
        'config_invalid',
        `the bus ${url} refused the credentials: Authorization Violation`,
        'check LOADBOT_BUS_TOKEN against the token of the server',
      ]);
      expect(await refusal(url)).toEqual([
        'config_invalid',
        `the bus ${url} refused a connection without credentials: Authorization Violation`,
        'set LOADBOT_BUS_USER and LOADBOT_BUS_PASSWORD, LOADBOT_BUS_TOKEN, LOADBOT_BUS_NKEY_FILE or LOADBOT_BUS_CREDS_FILE',
      ]);
    });

    test('authenticates with the password of a user', async () => {
      const url = `nats://localhost:${await start('authorization { user: ada, password: "pass-s3cret" }')}`;
      const user = { LOADBOT_BUS_USER: 'ada' };
      expect(await isUsable(url, { ...user, LOADBOT_BUS_PASSWORD: 'pass-s3cret' })).toBe(true);
      const path = await write('password', 'pass-s3cret\n');
      expect(await isUsable(url, { ...user, LOADBOT_BUS_PASSWORD_FILE: path })).toBe(true);
      const [, message] = await refusal(url, { ...user, LOADBOT_BUS_PASSWORD: 'wr0ng-s3cret' });
      expect(message).toBe(`the bus ${url} refused the credentials: Authorization Violation`);
    });

    test('authenticates with an nkey', async () => {
      const [user, other] = [nkeys.createUser(), nkeys.createUser()];
      const url = `nats://localhost:${await start(`authorization { users = [{ nkey: ${user.getPublicKey()} }] }`)}`;
      const seedOf = (pair: typeof user): string => Buffer.from(pair.getSeed()).toString();
      expect(await isUsable(url, { LOADBOT_BUS_NKEY_FILE: await write('user.nk', `${seedOf(user)}\n`) })).toBe(true);
      const [, message] = await refusal(url, { LOADBOT_BUS_NKEY_FILE: await write('other.nk', seedOf(other)) });
      expect(message).toBe(`the bus ${url} refused the credentials: Authorization Violation`);
      const [code, malformed] = await refusal(url, { LOADBOT_BUS_NKEY_FILE: await write('bad.nk', 'SUs3cret') });
      expect(code).toBe('config_invalid');
      expect(malformed).toBe("LOADBOT_BUS_NKEY_FILE: the file does not contain the seed of a user's nkey (SU...)");
    });

    test('authenticates with a credentials file', async () => {
      const { config, creds } = createOperator();
      const url = `nats://localhost:${await start(config)}`;
      expect(await isUsable(url, { LOADBOT_BUS_CREDS_FILE: await write('user.creds', creds) })).toBe(true);
      const other = await write('other.creds', createOperator().creds);
      const [, message] = await refusal(url, { LOADBOT_BUS_CREDS_FILE: other });
      expect(message).toBe(`the bus ${url} refused the credentials: Authorization Violation`);
      const malformed = await refusal(url, { LOADBOT_BUS_CREDS_FILE: await write('bad.creds', 's3cret') });
      expect(malformed[1]).toContain('LOADBOT_BUS_CREDS_FILE: the file does not contain the credentials of a user');
    });

    test('reports a server without JetStream if the last states are required', async () => {
      const url = `nats://localhost:${await start('')}`;
      const { bus } = await openMember(url);
      expect(bus.lastStates).toBeUndefined();
      await bus.close();
      expect(await refusal(url, {}, { lastStates: 'required' })).toEqual([
        'config_invalid',
        `the bus ${url} has no JetStream, which keeps the last states`,
        'start nats-server with --jetstream, or with a `jetstream` block in its configuration',
      ]);
    });

    test('reports a server that is absent, and connects to another one of the list', async () => {
      const absent = await freePort();
      const [code, message, hint] = await refusal(`nats://localhost:${absent}`);
      expect([code, hint]).toEqual(['server_unreachable', 'start nats-server there, or correct the URL']);
      expect(message).toMatch(/^cannot connect to the bus nats:\/\/localhost:\d+: refused \(connect ECONNREFUSED/);
      expect(await isUsable(`nats://localhost:${absent},nats://localhost:${await start('')}`, {})).toBe(true);
    });
  });
}
