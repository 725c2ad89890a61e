import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Agent, loadbot, readResult, runWorkload, scratchFile, workloadFile } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { connectionsTo } from './connections-to.ts';
import { errorsOf, expectConserved, jobNamed } from './conservation.ts';
import { FERRETDB, type FerretService, type FerretSettings, startFerretdb } from './ferretdb.ts';
import { freePort } from './service.ts';

const schemas = [
  {
    name: 'user',
    database: 'shop',
    collection: 'users',
    schema: { _id: '#id', name: '#string', age: '#int(18,99)' },
    save: ['name'],
  },
];
const indexes = [{ keys: { name: 1 } }, { keys: { age: -1, name: 1 }, options: { name: 'by_age' } }];

describeWithServices('load on mongodb', [FERRETDB], () => {
  const servers: FerretService[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  async function start(settings?: FerretSettings): Promise<FerretService> {
    const server = await startFerretdb(settings);
    servers.push(server);
    return server;
  }

  test('each type of job changes the server as the result file counts', async () => {
    const server = await start();
    const command = { insert: 'events', documents: [{ kind: 'click #int(1,9)', at: '#now' }] };
    const { status, result } = await runWorkload(
      {
        connection_string: server.url,
        jobs: [
          { name: 'absent', type: 'drop_collection', schema: 'user' },
          { name: 'i', type: 'create_index', schema: 'user', indexes },
          { name: 'w', type: 'write', schema: 'user', connections: 4, operations: 200 },
          { name: 'b', type: 'bulk_write', schema: 'user', connections: 2, operations: 11, batch_size: 20 },
          { name: 'r', type: 'read', schema: 'user', connections: 4, operations: 300 },
          { name: 'f', type: 'read', schema: 'user', filter: { name: '#name' }, connections: 2, operations: 20 },
          { name: 'u', type: 'update', schema: 'user', connections: 3, operations: 100 },
          { name: 'missed', type: 'update', schema: 'user', filter: { age: { $gt: 200 } }, operations: 15 },
          { name: 'c', type: 'write', command, database: 'log', connections: 3, operations: 30 },
        ],
        schemas,
      },
      ['--threads', '2'],
    );
    expect(status).toBe(0);
    result.jobs.forEach(expectConserved);
    expect(result.jobs.map(({ name, ok, miss, errors }) => [name, ok, miss, errors])).toEqual([
      ['absent', 1, 0, 0],
      ['i', 1, 0, 0],
      ['w', 200, 0, 0],
      ['b', 11, 0, 0],
      ['r', 300, 0, 0],
      ['f', 20, 0, 0],
      ['u', 100, 0, 0],
      ['missed', 0, 15, 0],
      ['c', 30, 0, 0],
    ]);
    expect(await server.count('shop', 'users')).toBe(200 + 11 * 20);
    expect(await server.count('log', 'events')).toBe(30);
    expect(await server.count('log', 'events', { kind: { $regex: '^click [1-9]$' } })).toBe(30);
    expect(await server.count('shop', 'users', { age: { $gte: 18, $lte: 99 } })).toBe(420);
    expect(await server.calls('find')).toBe(300 + 20);
    expect(await server.calls('update')).toBe(100 + 15);
    const { cursor } = await server.ask('shop', { listIndexes: 'users' });
    const names = (cursor as { readonly firstBatch: readonly { readonly name: string }[] }).firstBatch.map(
      ({ name }) => name,
    );
    expect(names.toSorted()).toEqual(['_id_', 'by_age', 'name_1']);

    const dropped = await runWorkload({
      connection_string: server.url,
      jobs: [{ type: 'drop_collection', schema: 'user' }],
      schemas,
    });
    expect(dropped.result.jobs[0]).toMatchObject({ ok: 1, errors: 0 });
    expect(await server.count('shop', 'users')).toBe(0);
    expect(await server.count('log', 'events')).toBe(30);
  });

  test('opens the configured number of connections, and one monitor', async () => {
    const server = await start();
    const job = { type: 'write', collection: 'a', connections: 9, pace: 50, duration: '2s' };
    const run = runWorkload({ connection_string: server.url, jobs: [job] });
    const open = (): Promise<number> => connectionsTo(server.port);
    await expect.poll(open).toBe(10);
    expectConserved(jobNamed((await run).result, 'write'));
    expect(await open()).toBe(0);
  });

  test('counts every request when the server is killed and comes back', async () => {
    const data = await mkdtemp(join(tmpdir(), 'loadbot-ferretdb-data-'));
    try {
      const first = await start({ data });
      const out = scratchFile('result.json');
      const job = { name: 'w', type: 'write', collection: 'users', connections: 4, pace: 100, duration: '10m' };
      const agent = new Agent(['run', workloadFile({ connection_string: first.url, jobs: [job] }), '--out', out]);
      await expect.poll(() => first.calls('insert')).toBeGreaterThan(50);
      await first.kill();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const second = await start({ data, port: first.port });
      await expect.poll(() => second.calls('insert')).toBeGreaterThan(50);
      agent.child.kill('SIGINT');
      expect((await agent.ended).status).toBe(105);
      const written = jobNamed(readResult(out), 'w');
      expectConserved(written);
      expect(written.ok).toBeGreaterThan(100);
      const { refused = 0, reset = 0, ...others } = errorsOf(written);
      expect(refused).toBeGreaterThan(0);
      expect(others).toEqual({});
      // Writes during the disconnection may exist without a response.
      const there = await second.count('test', 'users');
      expect(there).toBeGreaterThanOrEqual(written.ok);
      expect(there).toBeLessThanOrEqual(written.ok + reset + written.aborted);
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });

  test('works with a replica set of which one member is down', async () => {
    const server = await start({ replicaSet: 'rs' });
    const hosts = `127.0.0.1:${await freePort()},127.0.0.1:${server.port}`;
    const { result } = await runWorkload({
      connection_string: `mongodb://${hosts}/shop?replicaSet=rs&w=1`,
      jobs: [{ name: 'w', type: 'write', collection: 'a', connections: 3, operations: 30 }],
    });
    expect(jobNamed(result, 'w')).toMatchObject({ ok: 30, errors: 0 });
    expect(await server.count('shop', 'a')).toBe(30);
  });

  test('reports refusals of the server in detail', async () => {
    const server = await start();
    await server.ask('test', { createIndexes: 'a', indexes: [{ key: { n: 1 }, name: 'n', unique: true }] });
    const twice = [{ name: 'one', collection: 'a', schema: { _id: '#id', n: 1 } }];
    const { result } = await runWorkload({
      connection_string: server.url,
      jobs: [
        { name: 'w', type: 'write', schema: 'one', operations: 7 },
        { name: 'b', type: 'bulk_write', schema: 'one', operations: 3, batch_size: 5 },
        { name: 'typo', type: 'read', command: { fnid: 'a' }, operations: 4 },
      ],
      schemas: twice,
    });
    const duplicates = (errors: number): object => ({ errors, errors_by_detail: { duplicate_key: errors } });
    expect(jobNamed(result, 'w')).toMatchObject({ ok: 1, ...duplicates(6) });
    expect(jobNamed(result, 'b')).toMatchObject({ ok: 0, ...duplicates(3) });
    expect(jobNamed(result, 'typo')).toMatchObject({ ok: 0, errors: 4, errors_by_detail: { syntax: 4 } });
    expect(await server.count('test', 'a')).toBe(1);
  });

  test('accepts a password, and reports a wrong one once before the run', async () => {
    const server = await start({ password: 's3cret' });
    const jobs = [{ name: 'w', type: 'write', collection: 'a', connections: 3, operations: 9 }];
    const right = await runWorkload({ connection_string: server.url, jobs });
    expect(jobNamed(right.result, 'w')).toMatchObject({ ok: 9, errors: 0 });
    expect(await server.count('test', 'a')).toBe(9);

    const wrong = workloadFile({ connection_string: server.url.replace('s3cret', 's3cret-not'), jobs });
    const { status, stderr } = await loadbot(['run', wrong]);
    expect(status).toBe(104);
    expect(stderr).toMatch(/authentication at \S+ failed: Authentication failed/);
    expect(stderr).not.toContain('s3cret');

    const none = await runWorkload({ connection_string: `mongodb://127.0.0.1:${server.port}`, jobs });
    expect(jobNamed(none.result, 'w')).toMatchObject({ errors: 9, errors_by_detail: { authentication: 9 } });
  });

  test('refuses an untrusted certificate and accepts a trusted one', async () => {
    const server = await start({ tls: true });
    const jobs = [{ name: 'w', type: 'write', collection: 'a', connections: 3, operations: 9 }];
    const { status, stderr } = await loadbot(['run', workloadFile({ connection_string: server.url, jobs })]);
    expect(status).toBe(104);
    expect(stderr).toContain('TLS connection to mongodb');
    const ca = new URL('../certificates/ca.pem', import.meta.url).pathname;
    const trusted = `mongodb://localhost:${server.port}/?tls=true&tlsCAFile=${encodeURIComponent(ca)}`;
    const { result } = await runWorkload({ connection_string: trusted, jobs });
    expect(jobNamed(result, 'w')).toMatchObject({ ok: 9, errors: 0 });
    expect(await server.count('test', 'a')).toBe(9);
  });

  test('an unreachable server fails every request; an invalid address fails the start', async () => {
    const jobs = [{ name: 'w', type: 'write', collection: 'a', connections: 2, operations: 6 }];
    const { result } = await runWorkload({ connection_string: `mongodb://127.0.0.1:${await freePort()}`, jobs });
    expect(errorsOf(jobNamed(result, 'w'))).toEqual({ refused: 6 });
    const unknown = await runWorkload({ connection_string: 'mongodb://nothing.invalid', jobs });
    expect(errorsOf(jobNamed(unknown.result, 'w'))).toEqual({ dns: 6 });
    const { status, stderr } = await loadbot([
      'run',
      workloadFile({ connection_string: 'mongodb://h/?retryWrites=maybe', jobs }),
    ]);
    expect(status).toBe(104);
    expect(stderr).toContain('invalid connection string');
  });
});
