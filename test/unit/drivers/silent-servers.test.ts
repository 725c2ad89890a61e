import { type ChildProcess, spawn } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { failure } from '../../../src/shared/outcome.ts';
import type { DriverFactory, DriverOptions } from '../../../src/drivers/driver.ts';
import { mongodbDriver } from '../../../src/drivers/mongodb/mongodb-driver.ts';
import { mysqlDriver } from '../../../src/drivers/mysql/mysql-driver.ts';
import { postgresDriver } from '../../../src/drivers/postgres/postgres-driver.ts';
import { redisDriver } from '../../../src/drivers/redis/redis-driver.ts';
import { httpOptions } from '../../contract/driver/http-options.ts';
import { Probe } from '../../../src/driver-kit/probe.ts';
import { sqlOptions } from '../../contract/driver/sql-options.ts';
import { operation } from './operations.ts';

/** Connections at a time, as the engine opens them; and milliseconds that one may take to open. */
const SESSIONS = 4;
const TIMEOUT_MS = 300;
/**
 * Milliseconds that are sufficient on a busy machine for an immediate operation, and far less than a timeout of a
 * minute.
 */
const AT_ONCE_MS = 10_000;
const MINUTE_MS = 60_000;

const TARGETS: readonly [name: string, factory: DriverFactory, scheme: string][] = [
  ['postgres', postgresDriver, 'postgres'],
  ['mysql', mysqlDriver, 'mysql'],
  ['mongodb', mongodbDriver, 'mongodb'],
  ['redis', redisDriver, 'redis'],
];

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Accepts connections and never sends data. */
async function startMute(): Promise<number> {
  const clients = new Set<Socket>();
  const server: Server = createServer((client) => {
    clients.add(client.on('error', () => undefined).resume());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(
    () => server.close(),
    () => clients.forEach((client) => client.destroy()),
  );
  return (server.address() as AddressInfo).port;
}

/** Listens and never accepts, with a full queue: the system drops whatever asks for a connection. */
const DROPPING = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
  require('node:fs').writeSync(1, String(this.address().port) + '\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
})`;

async function startDropping(): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, ['-e', DROPPING], { stdio: ['ignore', 'pipe', 'inherit'] });
  ends.push(() => child.kill('SIGKILL'));
  const [port] = (await once(child.stdout!, 'data')) as [Buffer];
  const fillers = Array.from({ length: 8 }, () => connect(Number(port), '127.0.0.1').on('error', () => undefined));
  ends.push(() => fillers.forEach((filler) => filler.destroy()));
  await once(fillers[0]!, 'connect');
  return Number(port);
}

function optionsFor(scheme: string, port: number, timeoutMs: number): DriverOptions {
  const url = `${scheme}://user:secret@127.0.0.1:${port}/0`;
  const request = scheme === 'redis' ? ['GET', 'a'] : scheme === 'mongodb' ? { ping: 1 } : 'SELECT 1';
  const operations = [operation({ statement: request })];
  if (scheme === 'postgres' || scheme === 'mysql')
    return sqlOptions(url, operations, { timeoutMs, sessions: SESSIONS });
  const driver = scheme === 'redis' ? 'redis' : 'mongodb';
  return { ...httpOptions('', { timeoutMs, sessions: SESSIONS }), operations, target: { driver, url, secretUrl: url } };
}

async function elapsedOf(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

for (const [silence, start] of [
  ['a server that accepts and never answers', startMute],
  ['a server whose system drops every SYN', startDropping],
] as const) {
  describe.each(TARGETS)(`%s, ${silence}`, (_, factory, scheme) => {
    test('starts a job within its timeout, cuts off its requests, and closes', { timeout: MINUTE_MS }, async () => {
      const driver = factory(optionsFor(scheme, await start(), TIMEOUT_MS));
      const { signal } = new AbortController();
      setMaxListeners(0, signal);
      const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => driver.connect(signal)));
      // Once one has timed out, the others are not waited for.
      expect(await elapsedOf(async () => sessions.push(await driver.connect(signal)))).toBeLessThan(AT_ONCE_MS);
      const probe = new Probe(sessions[0]!);
      const outcome = probe.request(0);
      const timer = setTimeout(() => sessions[0]!.cancel(failure('timeout')), TIMEOUT_MS);
      expect(await outcome).toBe('timeout');
      clearTimeout(timer);
      const closing = elapsedOf(async () => {
        await Promise.all(sessions.map((session) => session.close()));
        await driver.close();
      });
      expect(await closing).toBeLessThan(AT_ONCE_MS);
    });

    test.each([0, 100])(
      'a stop %i ms after the start of connecting aborts it immediately',
      { timeout: MINUTE_MS },
      async (afterMs) => {
        const driver = factory(optionsFor(scheme, await start(), MINUTE_MS));
        const stop = new AbortController();
        setMaxListeners(0, stop.signal);
        setTimeout(() => stop.abort(), afterMs);
        const stopping = elapsedOf(async () => {
          const opened = await Promise.allSettled(Array.from({ length: SESSIONS }, () => driver.connect(stop.signal)));
          for (const one of opened) if (one.status === 'fulfilled') await one.value.close();
          await driver.close();
        });
        expect(await stopping).toBeLessThan(AT_ONCE_MS);
      },
    );
  });
}
