import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import type { HttpOptions } from '../../../src/plan/target.ts';
import { type Plan, sendsRequests } from '../../../src/plan/plan.ts';
import { arbitraryWorkload, WORKLOAD_ENV } from './arbitrary-workload.ts';
import { failureOf, line } from './loading.ts';
import { plan, planJob } from './planning.ts';

afterEach(() => vi.unstubAllEnvs());

const MINIMAL = { connection_string: 'embedded:', jobs: [{ type: 'write', collection: 'c' }] };
const NO_HTTP: HttpOptions = {
  version: 1,
  streams: 1,
  tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false },
  resumesTls: false,
  proxy: undefined,
  unixSocket: undefined,
  maxHeaderBytes: 1024 * 1024,
  headers: {},
  method: undefined,
  path: undefined,
  body: undefined,
  bodyForm: undefined,
  compress: undefined,
  targetUrl: undefined,
  connectTo: {},
  localAddresses: [],
  cookies: false,
  redirects: 0,
  expectStatus: [],
};

describe('defaults', () => {
  test('apply to every field that is not given', async () => {
    expect(await plan(MINIMAL)).toEqual({
      workload: 'load',
      runId: 'uuid-2',
      agent: 'host-7',
      target: { driver: 'embedded', url: 'embedded:', secretUrl: undefined },
      threads: 1,
      seed: 77,
      isSeedGiven: false,
      thresholds: [],
      files: [],
      allowInvalid: false,
      steps: [[0]],
      jobs: [
        {
          type: 'write',
          index: 0,
          name: 'write',
          uuid: 'uuid-1',
          connections: 1,
          users: undefined,
          operationsPerUser: undefined,
          startAfterMs: 0,
          pacing: { kind: 'unlimited' },
          durationMs: Infinity,
          operations: Infinity,
          warmUpMs: 0,
          thinkTime: { kind: 'constant', ms: 0 },
          timeoutMs: 30_000,
          reconnect: undefined,
          overload: 'queue',
          drainMs: 5000,
          precisionMs: 0.15,
          database: undefined,
          collection: 'c',
          objectIds: false,
          existing: undefined,
          documentSeed: 77,
          driverOptions: {},
          folder: process.cwd(),
          mix: [
            {
              type: 'write',
              step: '',
              title: undefined,
              stream: undefined,
              transaction: undefined,
              weight: 1,
              batchSize: 1,
              document: {},
              saved: [],
              filter: undefined,
              keys: { distribution: 'uniform' },
              scanLength: { kind: 'uniform', from: 1, to: 100 },
              dataSize: { kind: 'constant', value: 0 },
              sizing: 'document',
              statement: undefined,
              indexes: [],
              readFirst: false,
              http: NO_HTTP,
              expect: undefined,
              captures: [],
              maxBodyBytes: 1024 ** 2,
            },
          ],
          feeders: [],
          trace: false,
          metrics: [],
          http: NO_HTTP,
          waitFor: undefined,
          abortWhen: [],
          userOperations: [],
          scenario: undefined,
          recorded: undefined,
        },
      ],
      metrics: {
        pushTargets: [],
        pullPort: undefined,
        pullHost: '127.0.0.1',
        bucketBounds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        labelRules: { added: {}, dropped: [], jobLabel: 'job' },
        goCompat: false,
        k6Compat: false,
        requireDelivery: false,
      },
      controlPort: undefined,
      sources: [],
      phases: [],
      allowLinkLocal: false,
      allowedFolders: undefined,
      grafana: undefined,
      secrets: [],
      asRun: MINIMAL,
    } satisfies Plan);
  });

  test('a paced job has even arrivals', async () => {
    expect((await planJob({ pace: 5 })).pacing).toMatchObject({ arrival: 'even' });
  });

  test.each([
    ['drop_collection', 1],
    ['create_index', 1],
    ['write', Infinity],
    ['bulk_write', Infinity],
    ['update', Infinity],
  ])('a job of type %s has %d operations by default', async (type, operations) => {
    expect(await planJob({ type, http: { method: 'POST', path: '/x' } })).toMatchObject({ operations, connections: 1 });
  });

  test('a host without a name is localhost', async () => {
    expect((await plan(MINIMAL, { surroundings: { hostname: '' } })).agent).toBe('localhost');
  });
});

describe('values of the file', () => {
  test('are in the plan of their job', async () => {
    const job = await planJob(
      {
        name: 'workload 1',
        type: 'bulk_write',
        schema: 'user',
        connections: 50,
        operations: 10_000,
        duration: '1h30m',
        timeout: '1s',
        drain: '0s',
        warm_up: '500ms',
        think_time: '1.5s',
        data_size: '1KiB',
        batch_size: 7,
        pace: '30000/m',
        arrival: 'poisson',
        overload: 'skip',
      },
      { schemas: [{ name: 'user', database: 'd', collection: 'users', schema: { _id: '#id', name: '#string' } }] },
    );
    expect(job).toMatchObject({
      name: 'workload 1',
      type: 'bulk_write',
      connections: 50,
      operations: 10_000,
      durationMs: 5_400_000,
      timeoutMs: 1000,
      drainMs: 0,
      warmUpMs: 500,
      thinkTime: { kind: 'constant', ms: 1500 },
      pacing: { kind: 'paced', arrival: 'poisson', segments: [{ durationMs: 0, fromRate: 500, toRate: 500 }] },
      overload: 'skip',
      database: 'd',
      collection: 'c',
      mix: [
        {
          type: 'bulk_write',
          dataSize: { kind: 'constant', value: 1024 },
          batchSize: 7,
          document: { _id: '#id', name: '#string' },
        },
      ],
    });
  });

  test('a job without another limit ends with its last stage', async () => {
    const stages = [
      { duration: '10s', pace: 500 },
      { duration: '1m', pace: 0 },
    ];
    expect((await planJob({ stages })).durationMs).toBe(70_000);
    expect((await planJob({ stages, duration: '5s' })).durationMs).toBe(5000);
    expect((await planJob({ stages, operations: 9 })).durationMs).toBe(Infinity);
    // A jump alone takes no time: its pace holds on until the job is stopped.
    expect((await planJob({ stages: [{ duration: '0s', pace: 5 }] })).durationMs).toBe(Infinity);
  });

  test('a schema gives the database and collection that the job does not', async () => {
    const schemas = [{ name: 'user', database: 'd', collection: 'users', existing: 5, template: { a: 1 } }];
    const jobs = [
      { type: 'read', schema: 'user' },
      { type: 'read', template: 'user', database: 'own', collection: 'mine' },
    ];
    expect((await plan({ ...MINIMAL, jobs, schemas })).jobs).toMatchObject([
      { database: 'd', collection: 'users', mix: [{ document: { a: 1 } }] },
      { database: 'own', collection: 'mine', mix: [{ document: { a: 1 } }] },
    ]);
  });

  test('a job with a request of its own needs no collection', async () => {
    const jobs = [{ type: 'read', http: { path: '/health' } }];
    expect((await plan({ ...MINIMAL, jobs })).jobs).toMatchObject([{ collection: '', http: { path: '/health' } }]);
  });

  test('passes a filter unchanged, with its allowed fields', async () => {
    const schemas = [{ name: 'user', collection: 'c', schema: { name: 'n-#string', age: 5 }, save: ['name'] }];
    const filter = { name: '#name', age: '#int(1,9)', _id: '#id' };
    const job = await planJob({ schema: 'user', filter }, { schemas });
    expect(job.mix).toMatchObject([{ filter, saved: ['name'], document: { name: 'n-#string', age: 5 } }]);
  });

  test('are in the plan of the agent and its metrics', async () => {
    const agent = {
      name: '186.12.9.19',
      port: '1234',
      metrics_export_url: 'http://u:${PASSWORD}@victoria:8428/api/v1/import/prometheus',
      metrics_export_interval_seconds: 1.001,
      metrics_export_port: '9090',
      metrics_export_host: '0.0.0.0',
    };
    const made = await plan(
      { ...MINIMAL, agent, buckets: [0.1, 1], threads: 3, seed: 0, name: 'nightly' },
      { env: { PASSWORD: 'p' } },
    );
    expect(made).toMatchObject({ workload: 'nightly', agent: '186.12.9.19', threads: 3, seed: 0, controlPort: 1234 });
    expect(made.metrics).toMatchObject({
      pushTargets: [
        {
          url: 'http://victoria:8428/api/v1/import/prometheus',
          headers: { authorization: `Basic ${btoa('u:p')}` },
          intervalMs: 1001,
        },
      ],
      pullPort: 9090,
      pullHost: '0.0.0.0',
      bucketBounds: [0.1, 1],
    });
  });

  test('steps run one after the other, the jobs of a group together', async () => {
    const read = { type: 'read', http: { path: '/' } };
    const sleep = { type: 'sleep', duration: '5s' };
    const jobs = [read, { parallel: [read, sleep, { ...read, name: 'x' }] }, sleep];
    const made = await plan({ ...MINIMAL, jobs });
    expect(made.steps).toEqual([[0], [1, 2, 3], [4]]);
    expect(made.jobs.map(({ index, name, type, uuid }) => [index, name, type, uuid])).toEqual([
      [0, 'read', 'read', 'uuid-1'],
      [1, 'read 2', 'read', 'uuid-2'],
      [2, 'sleep', 'sleep', 'uuid-3'],
      [3, 'x', 'read', 'uuid-4'],
      [4, 'sleep 2', 'sleep', 'uuid-5'],
    ]);
    expect(made.jobs[2]).toEqual({
      type: 'sleep',
      index: 2,
      name: 'sleep',
      uuid: 'uuid-3',
      startAfterMs: 0,
      durationMs: 5000,
      waitFor: undefined,
    });
  });
});

describe('the seed', () => {
  const users = { name: 'user', collection: 'users', schema: { a: 1 } };
  const jobs = [
    { type: 'write', schema: 'user' },
    { type: 'write', collection: 'others' },
  ];
  const seedsOf = async (schemas: readonly object[], seed?: number) => {
    let drawn = 100;
    const surroundings = { randomSeed: () => ++drawn };
    const made = await plan({ ...MINIMAL, jobs, schemas, ...(seed !== undefined && { seed }) }, { surroundings });
    const ofJobs = made.jobs.map((job) => (sendsRequests(job) ? [job.existing, job.documentSeed] : []));
    return { seed: made.seed, isSeedGiven: made.isSeedGiven, jobs: ofJobs };
  };

  test('is drawn once for a run without one, and applies to all of its documents', async () => {
    expect(await seedsOf([users])).toEqual({
      seed: 101,
      isSeedGiven: false,
      jobs: [
        [undefined, 101],
        [undefined, 101],
      ],
    });
  });

  test('is the same in every run for documents of a collection with `existing`', async () => {
    const expected = { seed: 101, isSeedGiven: false };
    for (const existing of [0, 500]) {
      expect(await seedsOf([{ ...users, existing }])).toEqual({
        ...expected,
        jobs: [
          [existing, 1],
          [undefined, 101],
        ],
      });
    }
  });

  test('applies to all data if given', async () => {
    expect(await seedsOf([{ ...users, existing: 5 }], 42)).toEqual({
      seed: 42,
      isSeedGiven: true,
      jobs: [
        [5, 42],
        [undefined, 42],
      ],
    });
  });

  test('of a collection with `existing` also applies to jobs without a schema', async () => {
    const [first, second] = (
      await plan({
        ...MINIMAL,
        jobs: [
          { type: 'read', collection: 'users' },
          { type: 'read', collection: 'users', database: 'other', http: { path: '/' } },
        ],
        schemas: [{ ...users, existing: 5 }],
      })
    ).jobs;
    expect([first, second]).toMatchObject([
      { existing: 5, documentSeed: 1 },
      { existing: undefined, documentSeed: 77 },
    ]);
  });
});

describe('names', () => {
  test.each([
    [
      ['', '', ''],
      ['read', 'read 2', 'read 3'],
    ],
    [
      ['a', 'a', ''],
      ['a', 'a', 'read'],
    ],
    [
      ['', 'read', ''],
      ['read 2', 'read', 'read 3'],
    ],
    [
      ['read 2', '', ''],
      ['read 2', 'read', 'read 3'],
    ],
  ])('jobs %j are named %j', async (names, expected) => {
    const jobs = names.map((name) => ({ type: 'read', http: { path: '/' }, ...(name !== '' && { name }) }));
    expect((await plan({ ...MINIMAL, jobs })).jobs.map(({ name }) => name)).toEqual(expected);
  });
});

describe('flags', () => {
  const file = {
    ...MINIMAL,
    threads: 2,
    seed: 2,
    agent: {
      name: 'file',
      port: 2,
      metrics_export_url: 'http://file',
      metrics_export_interval_seconds: 2,
      metrics_export_port: 2,
      metrics_export_host: '2.2.2.2',
    },
  };
  const overrides = {
    connection_string: 'http://bob:pw@flag:81/x/',
    name: 'flag',
    port: '0',
    metrics_export_url: ['http://flag/${WHERE}'],
    metrics_export_interval_seconds: '0.5',
    metrics_export_port: '0',
    metrics_export_host: '3.3.3.3',
    threads: '4',
    seed: '5',
  };

  test.each([
    ['over the file', file],
    ['over the defaults', MINIMAL],
  ])('override the file: %s', async (_, workload) => {
    const made = await plan(workload, { overrides, env: { WHERE: 'here' } });
    expect(made).toMatchObject({
      agent: 'flag',
      threads: 4,
      seed: 5,
      controlPort: 0,
      target: { driver: 'http', url: 'http://flag:81/x' },
    });
    expect(made.metrics).toMatchObject({
      pushTargets: [{ url: 'http://flag/here', intervalMs: 500 }],
      pullPort: 0,
      pullHost: '3.3.3.3',
    });
    expect(made.jobs[0]).toMatchObject({ http: { headers: { authorization: `Basic ${btoa('bob:pw')}` } } });
  });

  test('accept numbers as well as text', async () => {
    const made = await plan(file, {
      overrides: { threads: 4, seed: 0, metrics_export_port: 9, metrics_export_interval_seconds: 0.25 },
    });
    expect(made).toMatchObject({ threads: 4, seed: 0, metrics: { pullPort: 9, pushTargets: [{ intervalMs: 250 }] } });
  });

  test('that are not given do not override the file', async () => {
    const made = await plan(file, { overrides: { name: undefined, threads: undefined } });
    expect(made).toMatchObject({ agent: 'file', threads: 2, seed: 2, controlPort: 2 });
    expect(made.metrics).toMatchObject({
      pushTargets: [{ url: 'http://file', intervalMs: 2000 }],
      pullPort: 2,
      pullHost: '2.2.2.2',
    });
  });

  test.each([
    [
      { metrics_export_port: '70000' },
      '--metrics_export_port: must be a port, a whole number from 0 to 65535; it is 70000',
    ],
    [
      { metrics_export_port: 'http' },
      '--metrics_export_port: must be a port, a whole number from 0 to 65535; it is "http"',
    ],
    [{ metrics_export_port: '' }, '--metrics_export_port: must be a port, a whole number from 0 to 65535; it is ""'],
    [
      { metrics_export_interval_seconds: '0' },
      '--metrics_export_interval_seconds: must be a number of seconds above 0; it is 0',
    ],
    [
      { metrics_export_interval_seconds: '10s' },
      '--metrics_export_interval_seconds: must be a number of seconds above 0; it is "10s"',
    ],
    [
      { metrics_export_url: ['victoria:8428'] },
      '--metrics_export_url: must be an http or https URL (put http:// or https:// in front)',
    ],
    [
      { metrics_export_url: ['http://${NOPE}'] },
      '--metrics_export_url: the environment variable NOPE is not set (set it, or write $${ for a literal ${)',
    ],
    [{ metrics_export_host: ' ' }, '--metrics_export_host: must not be blank; it is " "'],
    [{ port: '65536' }, '--port: must be a port, a whole number from 0 to 65535; it is 65536'],
    [{ name: '' }, '--name: must not be blank; it is ""'],
    [{ threads: '1.5' }, '--threads: must be a whole number from 1 to 64; it is 1.5'],
    [{ threads: '-1' }, '--threads: must be a whole number from 1 to 64; it is -1'],
    [{ seed: 'x' }, '--seed: must be a whole number from 0 to 4294967295; it is "x"'],
    [
      { connection_string: 'redis://u:hunter2@' },
      '--connection_string: must name a host, such as "redis://127.0.0.1/test"',
    ],
    [
      { connection_string: 'hunter2' },
      '--connection_string: must begin with a scheme (such as http://127.0.0.1:8080, or embedded: for the built-in store)',
    ],
  ])('with invalid values are reported: %j', async (overrides, expected) => {
    const error = await failureOf(plan(MINIMAL, { overrides }));
    expect(error).toMatchObject({ code: 'config_invalid', message: 'flags: 1 problem' });
    expect(error.problems.map((problem) => line(problem).trim())).toEqual([expected]);
  });

  test('are all reported at once if invalid', async () => {
    const error = await failureOf(
      plan(MINIMAL, { overrides: { threads: '0', seed: '-5', metrics_export_url: ['x'] } }),
    );
    expect(error.message).toBe('flags: 3 problems');
  });
});

describe('the plan', () => {
  const contentOf = (path: string): string => {
    if (path.endsWith('.csv')) return 'email,age\na@example.com,5\n';
    return path.endsWith('.ndjson') ? '{ "email": "a@example.com" }\n' : `content of ${path}`;
  };
  const anyPlan = (workload: unknown, source = 'load.json') =>
    plan(workload, {
      source,
      env: WORKLOAD_ENV,
      surroundings: { readFile: contentOf, readBytes: (path) => Buffer.from(contentOf(path)) },
    });

  test('is deeply frozen, and can be cloned with structuredClone', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryWorkload, async (workload) => {
        const made = await anyPlan(workload);
        const visit = (value: unknown): void => {
          if (typeof value !== 'object' || value === null) return;
          expect(Object.isFrozen(value)).toBe(true);
          Object.values(value).forEach(visit);
        };
        visit(made);
        expect(structuredClone(made)).toEqual(made);
      }),
      { numRuns: 30 },
    );
  });

  test('is the same from YAML as from JSON', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryWorkload, async (workload) => {
        const fromJson = await anyPlan(JSON.stringify(workload, null, 2));
        expect(await anyPlan(stringify(workload), 'load.yaml')).toEqual(fromJson);
      }),
      { numRuns: 50 },
    );
  });

  test('has every job once, in order, each in one step', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryWorkload, async (workload) => {
        const entries = workload['jobs'] as { parallel?: unknown[] }[];
        const { jobs, steps } = await anyPlan(workload);
        expect(steps.map((step) => step.length)).toEqual(entries.map(({ parallel }) => parallel?.length ?? 1));
        expect(steps.flat()).toEqual(jobs.map((_, index) => index));
        expect(jobs.map(({ index }) => index)).toEqual(jobs.map((_, index) => index));
        expect(new Set(jobs.map(({ uuid }) => uuid)).size).toBe(jobs.length);
      }),
      { numRuns: 30 },
    );
  });
});
