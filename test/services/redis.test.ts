import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { Agent, type Ended, loadbot, readResult, runWorkload, scratchFile, workloadFile } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { errorsOf, expectConserved, jobNamed } from './conservation.ts';
import { REDIS, type RedisService, type RedisSettings, startRedis } from './redis.ts';

const schemas = [{ name: 'user', collection: 'users', schema: { _id: '#id', name: '#string', age: '#int(18,99)' } }];

describeWithServices('load on redis', [REDIS], () => {
  const servers: RedisService[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  async function start(settings?: RedisSettings): Promise<RedisService> {
    const server = await startRedis(settings);
    servers.push(server);
    return server;
  }

  /** Runs one write of a workload that fails permanently, and returns its message. */
  async function refusal(connectionString: string): Promise<Ended> {
    const write = { type: 'write', collection: 'users', operations: 1 };
    const ended = await loadbot(['run', workloadFile({ connection_string: connectionString, jobs: [write] })]);
    expect(ended.stderr).not.toContain('s3cret');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    return ended;
  }

  test('each type of job changes the server as the result file counts', async () => {
    const server = await start();
    await server.ask('SET', 'usersandmore', 'stays');
    const command = ['ZADD', 'board', '#int(1,1000)', 'user:#sequence'];
    const { status, result } = await runWorkload(
      {
        connection_string: server.url,
        jobs: [
          { name: 'w', type: 'write', schema: 'user', connections: 4, operations: 1000 },
          { name: 'b', type: 'bulk_write', schema: 'user', connections: 2, operations: 21, batch_size: 50 },
          { name: 'r', type: 'read', schema: 'user', connections: 4, operations: 1500 },
          { name: 'u', type: 'update', schema: 'user', connections: 3, operations: 700 },
          { name: 'c', type: 'write', command, connections: 3, operations: 300 },
          { name: 'missed', type: 'read', command: 'GET nothing:#uuid', operations: 40 },
        ],
        schemas,
      },
      ['--threads', '2'],
    );
    expect(status).toBe(0);
    result.jobs.forEach(expectConserved);
    expect(result.jobs.map(({ name, ok, miss, errors }) => [name, ok, miss, errors])).toEqual([
      ['w', 1000, 0, 0],
      ['b', 21, 0, 0],
      ['r', 1500, 0, 0],
      ['u', 700, 0, 0],
      ['c', 300, 0, 0],
      ['missed', 0, 40, 0],
    ]);
    // Documents, the board, and the earlier content.
    expect(await server.ask('DBSIZE')).toBe(1000 + 21 * 50 + 2);
    expect(await server.ask('ZCARD', 'board')).toBe(300);
    expect(await server.calls('get')).toBe(1500 + 40);
    expect(await server.calls('set')).toBe(1000 + 21 * 50 + 700 + 1);
    const [key] = (await server.ask('KEYS', 'users:*')) as string[];
    const document = JSON.parse(String(await server.ask('GET', key ?? ''))) as Record<string, unknown>;
    expect(`users:${String(document['_id'])}`).toBe(key);
    expect(Object.keys(document)).toEqual(['_id', 'name', 'age']);

    const dropped = await runWorkload({
      connection_string: server.url,
      jobs: [{ type: 'drop_collection', schema: 'user' }],
      schemas,
    });
    expect(dropped.result.jobs[0]).toMatchObject({ ok: 1, errors: 0 });
    expect((await server.ask('KEYS', '*')) as string[]).toHaveLength(2);
    expect(await server.ask('GET', 'usersandmore')).toBe('stays');
  });

  test('uses the database of the connection string or of the job', async () => {
    const server = await start();
    const jobs = [
      { type: 'write', collection: 'a', operations: 3 },
      { type: 'write', collection: 'a', database: '5', operations: 4 },
    ];
    await runWorkload({ connection_string: `${server.url}/2`, jobs });
    const keyspace = String(await server.ask('INFO', 'keyspace'));
    expect(keyspace).toContain('db2:keys=3,');
    expect(keyspace).toContain('db5:keys=4,');
  });

  test('counts every request when the server is killed and comes back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'loadbot-redis-data-'));
    try {
      const durable = { settings: ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always'] };
      const first = await start(durable);
      const out = scratchFile('result.json');
      const job = { name: 'w', type: 'write', collection: 'users', connections: 4, pace: 300, duration: '10m' };
      const agent = new Agent(['run', workloadFile({ connection_string: first.url, jobs: [job] }), '--out', out]);
      await expect.poll(async () => first.calls('set')).toBeGreaterThan(100);
      await first.kill();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const second = await start({ ...durable, port: first.port });
      await expect.poll(async () => second.calls('set')).toBeGreaterThan(100);
      agent.child.kill('SIGINT');
      expect((await agent.ended).status).toBe(105);
      const result = readResult(out);
      const written = jobNamed(result, 'w');
      expectConserved(written);
      expect(written.ok).toBeGreaterThan(200);
      const { refused = 0, reset = 0, ...others } = errorsOf(written);
      expect(refused).toBeGreaterThan(0);
      expect(others, JSON.stringify(result.failures)).toEqual({});
      // Writes during the disconnection may exist without a response.
      const there = Number(await second.ask('DBSIZE'));
      expect(there).toBeGreaterThanOrEqual(written.ok);
      expect(there).toBeLessThanOrEqual(written.ok + reset + written.aborted);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('cuts off a request at its timeout, and the worker continues', async () => {
    const server = await start();
    const { result } = await runWorkload({
      connection_string: server.url,
      jobs: [{ name: 'slow', type: 'read', command: ['BLPOP', 'nothing', '5'], timeout: '100ms', operations: 5 }],
    });
    const slow = jobNamed(result, 'slow');
    expectConserved(slow);
    expect(errorsOf(slow)).toEqual({ timeout: 5 });
    expect(slow.service_time.max_seconds).toBeLessThan(2);
    await expect.poll(() => server.ask('INFO', 'clients')).toContain('blocked_clients:0');
  });

  test('reports refusals of the server in detail', async () => {
    const full = await start({ settings: ['--maxmemory', '1', '--maxmemory-policy', 'noeviction'] });
    const replica = await start({ settings: ['--replicaof', '127.0.0.1 1'] });
    for (const [{ url }, detail] of [
      [full, 'out_of_memory'],
      [replica, 'read_only'],
    ] as const) {
      const { result } = await runWorkload({
        connection_string: url,
        jobs: [
          { name: 'w', type: 'write', collection: 'a', operations: 7 },
          { name: 'typo', type: 'read', command: 'GETT a', operations: 3 },
        ],
      });
      expect(jobNamed(result, 'w')).toMatchObject({
        errors: 7,
        errors_by_detail: { [detail]: 7 },
      });
      expect(jobNamed(result, 'typo')).toMatchObject({
        errors: 3,
        errors_by_detail: { syntax: 3 },
      });
    }
  });

  test('fails the requests of connections that the server does not accept', async () => {
    const server = await start({ settings: ['--maxclients', '5'] });
    const { result } = await runWorkload({
      connection_string: server.url,
      jobs: [{ name: 'w', type: 'write', collection: 'a', connections: 12, pace: 200, duration: '1s' }],
    });
    const written = jobNamed(result, 'w');
    expectConserved(written);
    expect(written.ok).toBeGreaterThan(0);
    expect(written.errors_by_detail['too_many_connections']).toBeGreaterThan(0);
  });

  test('reports a permanent failure once, before the run', async () => {
    const server = await start({ password: 's3cret' });
    const other = `redis://:s3cret-not@127.0.0.1:${server.port}`;
    expect(await refusal(other)).toMatchObject({
      status: 104,
      stderr: expect.stringMatching(/authentication at \S+ failed: WRONGPASS/),
    });
    const none = `redis://127.0.0.1:${server.port}`;
    expect(await refusal(none)).toMatchObject({
      status: 104,
      stderr: expect.stringMatching(/authentication at \S+ failed: NOAUTH/),
    });
    expect((await refusal(`${server.url}/99`)).stderr).toMatch(
      /database does not exist at \S+: ERR DB index is out of range/,
    );
  });

  test('refuses an untrusted certificate and accepts a trusted one', async () => {
    const server = await start({ tls: true });
    expect((await refusal(server.url)).stderr).toMatch(
      /TLS connection to .* failed: .*self-signed certificate in certificate chain/,
    );
    const localhost = server.url.replace('127.0.0.1', 'localhost');
    const ca = fileURLToPath(new URL('../certificates/ca.pem', import.meta.url));
    const jobs = [{ type: 'write', collection: 'a', operations: 9 }];
    const named = await runWorkload({ connection_string: `${localhost}?ssl_ca_certs=${ca}`, jobs });
    expect(named.result.jobs[0]).toMatchObject({ ok: 9 });
    const out = scratchFile('result.json');
    const flags = ['run', workloadFile({ connection_string: localhost, jobs }), '--seed', '2', '--out', out];
    await new Agent(flags, { NODE_EXTRA_CA_CERTS: ca }).ended;
    expect(readResult(out).jobs[0]).toMatchObject({ ok: 9 });
    expect(await server.ask('DBSIZE')).toBe(18);
  });

  test('an unreachable server fails every request', async () => {
    const { result, status } = await runWorkload({
      connection_string: 'redis://127.0.0.1:1',
      jobs: [{ name: 'w', type: 'write', collection: 'a', operations: 5 }],
    });
    expect(status).toBe(0);
    expect(errorsOf(jobNamed(result, 'w'))).toEqual({ refused: 5 });
  });
});
