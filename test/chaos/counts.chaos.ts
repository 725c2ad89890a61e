import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import { describeWithServices, type ServiceBinary } from '../services/binary.ts';
import { expectConserved, errorsOf, jobNamed } from '../services/conservation.ts';
import { FERRETDB, startFerretdb } from '../services/ferretdb.ts';
import { MARIADB, startMariadb } from '../services/mariadb.ts';
import { POSTGRES, startPostgres } from '../services/postgresql.ts';
import { REDIS, startRedis } from '../services/redis.ts';
import { startChaosProxy } from './chaos-proxy.ts';
import type { Counter } from './counter.ts';
import { startHttpCounter } from './http-counter.ts';
import { SECONDS, SEED } from './seed.ts';

interface Target {
  readonly name: string;
  readonly needs: readonly ServiceBinary[];
  start(): Promise<Counter>;
  /** The parts of a workload that lead to the port and make each request leave its number. */
  workload(port: number): { readonly job: object } & Readonly<Record<string, unknown>>;
}

const ca = fileURLToPath(new URL('../certificates/ca.pem', import.meta.url));
const body = { n: '#sequence' };
const insert = 'INSERT INTO seen VALUES (#sequence)';
const CREATE = 'CREATE TABLE seen (n int)';

function httpTarget(name: 'HTTP/1.1' | 'HTTPS' | 'HTTP/2'): Target {
  const http = { path: '/', method: 'POST', body, ...(name === 'HTTP/2' && { version: 2 }) };
  return {
    name,
    needs: [],
    start: () => startHttpCounter(name),
    workload: (port) =>
      name === 'HTTP/1.1'
        ? { connection_string: `http://127.0.0.1:${port}`, job: { http } }
        : { connection_string: `https://localhost:${port}`, job: { http: { ...http, tls: { ca } } } },
  };
}

const TARGETS: readonly Target[] = [
  httpTarget('HTTP/1.1'),
  httpTarget('HTTPS'),
  httpTarget('HTTP/2'),
  {
    name: 'PostgreSQL',
    needs: [POSTGRES],
    async start() {
      const server = await startPostgres();
      await server.ask(CREATE);
      const seen = async (): Promise<string[]> =>
        (await server.ask<{ n: number }>('SELECT n FROM seen')).map(({ n }) => String(n));
      return { port: server.port, seen, stop: () => server.stop() };
    },
    workload: (port) => ({
      connection_string: `postgres://loadbot:secret@127.0.0.1:${port}/test`,
      job: { sql: insert },
    }),
  },
  {
    name: 'MariaDB',
    needs: [MARIADB],
    async start() {
      const server = await startMariadb();
      await server.ask(CREATE);
      const seen = async (): Promise<string[]> =>
        (await server.ask<{ n: number }>('SELECT n FROM seen')).map(({ n }) => String(n));
      return { port: server.port, seen, stop: () => server.stop() };
    },
    workload: (port) => ({ connection_string: `mysql://loadbot:secret@127.0.0.1:${port}/test`, job: { sql: insert } }),
  },
  {
    name: 'Redis',
    needs: [REDIS],
    async start() {
      const server = await startRedis();
      const seen = async (): Promise<string[]> => (await server.ask('LRANGE', 'seen', '0', '-1')) as string[];
      return { port: server.port, seen, stop: () => server.stop() };
    },
    workload: (port) => ({
      connection_string: `redis://127.0.0.1:${port}`,
      job: { command: ['RPUSH', 'seen', '#sequence'] },
    }),
  },
  {
    name: 'FerretDB',
    needs: [FERRETDB],
    async start() {
      const server = await startFerretdb();
      const seen = async (): Promise<string[]> => {
        const client = new MongoClient(server.url);
        const found = await client.db('chaos').collection('seen').find().toArray();
        await client.close();
        return found.map(({ n }) => String(n));
      };
      return { port: server.port, seen, stop: () => server.stop() };
    },
    workload: (port) => ({
      connection_string: `mongodb://127.0.0.1:${port}/chaos`,
      job: { command: { insert: 'seen', documents: [{ n: '#sequence' }] } },
    }),
  },
];

for (const target of TARGETS) {
  describeWithServices(`${target.name} behind a proxy that delays, truncates and resets`, target.needs, () => {
    test(`counts agree with those of the server, seed ${SEED}`, async () => {
      const counter = await target.start();
      const proxy = await startChaosProxy(counter.port, SEED);
      const { job, ...workload } = target.workload(proxy.port);
      const { status, result, stderr } = await runWorkload({
        ...workload,
        seed: SEED,
        threads: 2,
        jobs: [{ name: 'j', type: 'write', connections: 16, duration: `${SECONDS}s`, timeout: '2s', ...job }],
      });
      // Requests that were cut off here may still arrive.
      await sleep(500);
      const seen = await counter.seen();
      await proxy.stop();
      await counter.stop();

      const ours = jobNamed(result, 'j');
      const story = `seed ${SEED}: ${ours.started} requests, ${JSON.stringify({ ok: ours.ok, ...errorsOf(ours), aborted: ours.aborted })}, the server has executed ${seen.length}; ${JSON.stringify(proxy.mishaps)}`;
      console.log(`${target.name}, ${story}`);
      expect(status, stderr).toBe(0);
      expectConserved(ours);
      expect(ours.ok, story).toBeGreaterThan(0);
      expect(ours.errors, story).toBeGreaterThan(0);
      // No request is sent a second time, and each one that we count as done was done.
      expect(new Set(seen).size, story).toBe(seen.length);
      expect(seen.length, story).toBeGreaterThanOrEqual(ours.ok);
      expect(seen.length, story).toBeLessThanOrEqual(ours.started);
    });
  });
}
