import { describe, expect, test } from 'vitest';
import { loadbot, runWorkload, workloadFile } from './agent.ts';
import { KnownTarget } from './known-target.ts';

const users = { name: 'user', collection: 'users', schema: { _id: '#id', name: '#string', age: '#int(18,99)' } };

describe('run', () => {
  test('sends the four types of requests to the embedded target: all counted, all ok', async () => {
    const { status, stdout, result } = await runWorkload({
      connection_string: 'embedded:',
      jobs: [
        { name: 'w', type: 'write', schema: 'user', connections: 4, operations: 1000 },
        { name: 'b', type: 'bulk_write', schema: 'user', connections: 2, operations: 20, batch_size: 50 },
        { name: 'r', type: 'read', schema: 'user', connections: 4, operations: 1500 },
        { name: 'u', type: 'update', schema: 'user', connections: 3, operations: 700 },
        { name: 'd', type: 'drop_collection', schema: 'user' },
      ],
      schemas: [users],
    });
    expect(status).toBe(0);
    expect(result.end).toBe('completed');
    expect(result.jobs.map(({ ok, errors, miss }) => [ok, errors, miss])).toEqual([
      [1000, 0, 0],
      [20, 0, 0],
      // Every read and update aims at a document that was written.
      [1500, 0, 0],
      [700, 0, 0],
      [1, 0, 0],
    ]);
    for (const job of result.jobs) {
      expect(job.planned).toBe(job.started);
      expect(job.service_time.count).toBe(job.requests);
      expect(job.service_time.buckets.at(-1)?.count).toBe(job.requests);
    }
    expect(stdout).toContain('1,500');
  });

  test('divides a job exactly between several threads', async () => {
    const { result } = await runWorkload(
      {
        connection_string: 'embedded:',
        jobs: [
          { name: 'w', type: 'write', schema: 'user', connections: 3, operations: 1001 },
          { name: 'r', type: 'read', schema: 'user', connections: 2, pace: 333, duration: '1500ms' },
        ],
        schemas: [users],
      },
      ['--threads', '3'],
    );
    expect(result.threads).toBe(3);
    // Requests that a busy machine did not start in time are skipped, not lost.
    expect(result.jobs.map(({ ok, skipped, planned, miss }) => [ok + skipped, planned, miss])).toEqual([
      [1001, 1001, 0],
      [500, 500, 0],
    ]);
  });

  test('a mixed job reads only completed writes, at any distance between its threads', async () => {
    const { result } = await runWorkload(
      {
        connection_string: 'embedded:',
        jobs: [
          { name: 'w', type: 'write', schema: 'user', operations: 10 },
          {
            name: 'm',
            type: 'mixed',
            schema: 'user',
            connections: 4,
            operations: 20_000,
            keys: 'latest',
            mixed: { read: 60, update: 10, write: 30 },
          },
        ],
        schemas: [users],
      },
      ['--threads', '2'],
    );
    expect(result.jobs.slice(1).map(({ type, ok, miss, errors }) => [type, ok, miss, errors])).toEqual([
      ['read', 12_000, 0, 0],
      ['update', 2000, 0, 0],
      ['write', 6000, 0, 0],
    ]);
  });

  test('runs the jobs of a parallel group together, and the next job after them', async () => {
    const { result } = await runWorkload({
      connection_string: 'embedded:',
      jobs: [
        {
          parallel: [
            { type: 'write', collection: 'a', pace: 50, duration: '1s' },
            { type: 'sleep', duration: '1200ms' },
          ],
        },
        { type: 'read', collection: 'a', operations: 10 },
      ],
    });
    expect(result.elapsed_seconds).toBeGreaterThan(1.2);
    // Requests that a busy machine did not start in time are skipped, not lost.
    expect(result.jobs.map(({ ok, skipped }) => ok + skipped)).toEqual([50, 10]);
  });

  test('excludes the warm-up from the results', async () => {
    const { result } = await runWorkload({
      connection_string: 'embedded:',
      jobs: [{ type: 'write', collection: 'a', pace: 100, warm_up: '500ms', duration: '1s' }],
    });
    const [job] = result.jobs;
    // Requests that a busy machine did not start in time are skipped, each in its own part.
    expect([job?.planned, (job?.ok ?? NaN) + (job?.skipped ?? NaN)]).toEqual([100, 100]);
    expect((job?.warm_up?.ok ?? NaN) + (job?.warm_up?.skipped ?? NaN)).toBe(50);
    expect(job?.service_time.count).toBe(job?.ok);
    // Its time begins after the warm-up.
    expect(job?.elapsed_seconds).toBeGreaterThan(0.98);
    expect(result.elapsed_seconds - (job?.elapsed_seconds ?? NaN)).toBeGreaterThan(0.48);
  });

  test('stages, random arrivals, skipping, think time: sends the defined number of requests', async () => {
    const target = await KnownTarget.start('--latency', '100ms');
    const { result } = await runWorkload({
      connection_string: target.url,
      jobs: [
        // Up to 200 a second and down again in 2 s: 200 requests.
        {
          type: 'write',
          collection: 'a',
          connections: 40,
          stages: [
            { duration: '1s', pace: 200 },
            { duration: '1s', pace: 0 },
          ],
        },
        { type: 'write', collection: 'a', connections: 60, pace: 300, arrival: 'poisson', duration: '2s' },
        // 2 connections at 100 ms do 20 a second of the 100 asked for.
        { type: 'write', collection: 'a', connections: 2, pace: 100, overload: 'skip', duration: '2s' },
        // 100 ms and 150 ms of thinking: 4 a second each.
        { type: 'write', collection: 'a', connections: 5, think_time: '150ms', duration: '2s' },
      ],
    });
    const arrivals = await target.stop();
    const [staged, random, skipping, thinking] = result.jobs;
    expect(staged?.planned).toBe(200);
    expect((staged?.ok ?? 0) + (staged?.skipped ?? 0)).toBe(200);
    // 600 on average; the seed decides, so it is the same number each time.
    expect(Math.abs((random?.planned ?? 0) - 600)).toBeLessThan(4 * Math.sqrt(600));
    expect(random?.planned).toBe((random?.ok ?? 0) + (random?.skipped ?? 0));
    expect(skipping?.planned).toBe(200);
    expect((skipping?.ok ?? 0) + (skipping?.skipped ?? 0)).toBe(200);
    expect(skipping?.ok).toBeLessThanOrEqual(40);
    expect(thinking?.ok).toBeLessThanOrEqual(40);
    // However long a busy machine takes for each request, the connections have been occupied for most of the 2 s.
    const occupied = (job: typeof skipping, thinkSeconds: number): number =>
      (job?.service_time.sum_seconds ?? NaN) + (job?.ok ?? NaN) * thinkSeconds;
    expect(occupied(skipping, 0)).toBeGreaterThan(0.7 * 2 * 2);
    expect(occupied(thinking, 0.15)).toBeGreaterThan(0.7 * 5 * 2);
    expect(arrivals).toHaveLength(result.jobs.reduce((sum, { ok }) => sum + ok, 0));
  });

  test('reads the workload from standard input and writes only the result to standard output', async () => {
    const workload = JSON.stringify({
      connection_string: 'embedded:',
      jobs: [{ type: 'write', collection: 'c', operations: 5 }],
    });
    const { status, stdout, stderr } = await loadbot(['run', '--stdin', '--out', '-', '--quiet'], workload);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { jobs: { ok: number }[] }).jobs[0]?.ok).toBe(5);
    expect(stderr).toContain('completed');
  });

  test('flags override the file, in either spelling', async () => {
    const workload = {
      connection_string: 'http://127.0.0.1:1',
      agent: { name: 'file' },
      jobs: [{ type: 'write', collection: 'c', operations: 1 }],
    };
    const { result, stderr } = await runWorkload(workload, [
      '--connection-string=embedded:',
      '--name',
      'flag',
      '--metrics-export-port',
      '0',
    ]);
    expect(result.agent).toBe('flag');
    expect(result.jobs[0]?.ok).toBe(1);
    expect(stderr).toMatch(/http:\/\/127\.0\.0\.1:\d+\/metrics/);
  });
});

describe('reports invalid input', () => {
  test('reports all problems of a file at once and exits with 104, without a stack trace', async () => {
    const file = workloadFile({
      connection_string: 'embedded:',
      jobs: [
        { type: 'raed', collection: 'c', operations: 1 },
        { type: 'write', collection: 'c', conections: 3 },
      ],
    });
    const { status, stderr } = await loadbot(['run', file]);
    expect(status).toBe(104);
    expect(stderr).toContain('jobs[0].type');
    expect(stderr).toContain('read');
    expect(stderr).toContain('did you mean `connections`?');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test.each([
    [['run'], /no workload file is given/],
    [['run', 'nowhere.json'], /nowhere\.json/],
    [['run', 'a.json', '--stdin'], /more than one workload file/],
    [['run', 'a.json', '--metrcs_export_port', '1'], /metrcs_export_port/],
    [['rnu'], /unknown command 'rnu'[\s\S]*run/],
    [['run', 'a.json', '--log-level', 'loud'], /error, warn, info, debug/],
  ])('%j', async (args, message) => {
    const { status, stderr } = await loadbot(args);
    expect(status).toBe(104);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('a metrics port in use', async () => {
    const { createServer } = await import('node:net');
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const file = workloadFile({
      connection_string: 'embedded:',
      jobs: [{ type: 'write', collection: 'c', operations: 1 }],
    });
    const { status, stderr } = await loadbot(['run', file, '--metrics_export_port', String(port)]);
    server.close();
    expect(status).toBe(104);
    expect(stderr).toContain(`:${port}`);
    expect(stderr).toContain('address already in use');
    expect(stderr).toContain('--metrics_export_port');
  });

  test('help and version', async () => {
    const help = await loadbot(['run', '--help']);
    expect(help.status).toBe(0);
    expect(help.stdout).toContain('--metrics_export_url');
    expect(help.stdout).toContain('Examples:');
    expect((await loadbot(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
