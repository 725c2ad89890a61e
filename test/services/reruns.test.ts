import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Agent, loadbot, runWorkload, workloadFile } from '../e2e/agent.ts';
import { KnownTarget } from '../e2e/known-target.ts';
import { describeWithServices, type ServiceBinary } from './binary.ts';
import { FERRETDB, startFerretdb } from './ferretdb.ts';
import { MARIADB, startMariadb } from './mariadb.ts';
import { POSTGRES, startPostgres } from './postgresql.ts';
import { REDIS, startRedis } from './redis.ts';

// Several runs against one target that keeps its data.

/** Fields that an update writes into a document. */
const MARKS = Array.from({ length: 10 }, (_, index) => `s${index}`);

/** A target, and how to look into its collection `users`. */
interface Store {
  readonly url: string;
  /** Documents in it. */
  count(): Promise<number>;
  /** Documents that an update has marked. */
  marked(): Promise<number>;
  stop(): unknown;
}

interface SqlService {
  readonly url: string;
  ask(text: string): Promise<unknown[]>;
  stop(): unknown;
}

function sqlStore(service: SqlService): Store {
  const count = async (condition: string): Promise<number> => {
    const [row] = await service.ask(`SELECT count(*) AS n FROM users WHERE ${condition}`);
    return Number((row as { n: unknown }).n);
  };
  return {
    url: service.url,
    count: () => count('1 = 1'),
    marked: () => count("mark LIKE 's_'"),
    stop: () => service.stop(),
  };
}

async function redisStore(): Promise<Store> {
  const service = await startRedis();
  const keys = async (): Promise<string[]> => (await service.ask('KEYS', 'users:*')) as string[];
  return {
    url: service.url,
    count: async () => (await keys()).length,
    async marked() {
      const texts = (await service.ask('MGET', ...(await keys()))) as string[];
      return texts.filter((text) => /"mark":"s\d"/.test(text)).length;
    },
    stop: () => service.stop(),
  };
}

async function ferretStore(): Promise<Store> {
  const service = await startFerretdb();
  return {
    url: `${service.url}shop`,
    count: () => service.count('shop', 'users'),
    marked: () => service.count('shop', 'users', { mark: { $in: [...MARKS] } }),
    stop: () => service.stop(),
  };
}

async function embeddedStore(): Promise<Store> {
  const target = await KnownTarget.start();
  const stored = async (): Promise<number> => {
    const truth = (await (await fetch(`${target.url}/_target`)).json()) as { documents: Record<string, number> };
    return truth.documents['users'] ?? 0;
  };
  return {
    url: target.url,
    count: stored,
    async marked() {
      let count = 0;
      // No answer has more than a hundred.
      for (const mark of MARKS) {
        const found = await fetch(`${target.url}/users?mark=${mark}`);
        if (found.status !== 404) count += ((await found.json()) as unknown[]).length;
      }
      return count;
    },
    stop: () => target.stop(),
  };
}

const STORES: readonly (readonly [string, readonly ServiceBinary[], () => Promise<Store>])[] = [
  ['the embedded target', [], embeddedStore],
  ['PostgreSQL', [POSTGRES], async () => sqlStore(await startPostgres())],
  ['MariaDB', [MARIADB], async () => sqlStore(await startMariadb())],
  ['Redis', [REDIS], redisStore],
  ['FerretDB', [FERRETDB], ferretStore],
];

const DOCUMENT = { _id: '#id', name: '#name', mark: '#string(4)' };

/** Its documents do not depend on those of other runs. */
function fileOf(url: string): object {
  return {
    connection_string: url,
    jobs: [
      { name: 'w', type: 'write', schema: 'user', connections: 4, operations: 60 },
      { name: 'b', type: 'bulk_write', schema: 'user', batch_size: 10, operations: 4 },
      {
        name: 'm',
        type: 'mixed',
        schema: 'user',
        connections: 4,
        operations: 100,
        mixed: { read: 8, write: 1, update: 1 },
      },
    ],
    schemas: [{ name: 'user', collection: 'users', schema: DOCUMENT }],
  };
}
/** Documents that one run of it adds. */
const ADDED = 60 + 40 + 10;

function errorsOf(result: { readonly jobs: readonly { readonly errors: number; readonly miss: number }[] }): number[] {
  return result.jobs.flatMap(({ errors, miss }) => [errors, miss]);
}

/** Two agents for all stores: no workload leaves anything behind in them. */
let agents: readonly RunningAgent[] = [];
beforeAll(async () => {
  agents = await Promise.all(['one', 'two'].map(startAgent));
});
afterAll(() => {
  for (const { stop } of agents) stop();
});

for (const [name, binaries, start] of STORES) {
  // FerretDB takes ten times as long for a document.
  const loaded = name === 'FerretDB' ? 50 : 300;
  describeWithServices(`runs one after the other against ${name}`, binaries, () => {
    let store: Store;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store?.stop());

    test('running a file twice causes no failures and stores all documents of both runs', async () => {
      const before = await runWorkload(fileOf(store.url));
      const after = await runWorkload(fileOf(store.url));
      expect([before, after].flatMap(({ result }) => errorsOf(result))).toEqual(Array.from({ length: 20 }, () => 0));
      expect(before.result.seed).not.toBe(after.result.seed);
      expect(await store.count()).toBe(2 * ADDED);
    });

    test('concurrent agents and repeated runs never write the same documents', async () => {
      const counted = await store.count();
      const workload = workloadFile(fileOf(store.url));
      for (const round of [agents, agents]) {
        const ends = await Promise.all(round.map(({ uri }) => loadbot(['start', workload, '-u', uri, '--follow'])));
        for (const { stdout } of ends) expect(stdout).toContain('completed, 164 requests, 0 errors');
      }
      expect(await store.count()).toBe(counted + 4 * ADDED);
    });

    test('later runs find all documents of a loading run', async () => {
      await runWorkload({
        connection_string: store.url,
        jobs: [
          { type: 'drop_collection', schema: 'user' },
          { type: 'bulk_write', schema: 'user', batch_size: 50, operations: loaded / 50, connections: 2 },
        ],
        schemas: [{ name: 'user', collection: 'users', existing: 0, schema: DOCUMENT }],
      });
      expect(await store.count()).toBe(loaded);
      const later = (type: string, more: object = {}): object => ({
        connection_string: store.url,
        jobs: ['uniform', 'zipfian', 'latest', 'sequential', 'hotspot'].map((keys) => {
          const operations = keys === 'uniform' ? loaded * 10 : loaded;
          return Object.assign({ name: keys, type, schema: 'user', connections: 4, operations, keys }, more);
        }),
        schemas: [
          {
            name: 'user',
            collection: 'users',
            existing: loaded,
            schema: { ...DOCUMENT, mark: `#pick(${MARKS.join(',')})` },
          },
        ],
      });
      const reads = await runWorkload(later('read'));
      expect(errorsOf(reads.result)).toEqual(Array.from({ length: 10 }, () => 0));
      expect(await store.marked()).toBe(0);
      // Ten times as many draws as documents leave out one in 22,000.
      const { jobs, ...rest } = later('update') as { jobs: readonly object[] };
      const updates = await runWorkload({ ...rest, jobs: jobs.slice(0, 1) });
      expect(errorsOf(updates.result)).toEqual([0, 0]);
      expect(await store.marked()).toBeGreaterThan(loaded - 5);
      expect(await store.count()).toBe(loaded);
    });

    test('with a fixed seed the second run fails on duplicate keys, and a warning names cause and remedy', async () => {
      // Redis and similar stores overwrite existing documents.
      if (name === 'Redis') return;
      const workload = {
        ...fileOf(store.url),
        jobs: [{ name: 'w', type: 'write', schema: 'user', operations: 30 }],
        seed: 4711,
      };
      expect(errorsOf((await runWorkload(workload)).result)).toEqual([0, 0]);
      const { result, stdout, status } = await runWorkload(workload);
      expect(errorsOf(result)).toEqual([30, 0]);
      expect(status).toBe(0);
      const detail = name === 'the embedded target' ? 'HTTP 409' : 'duplicate_key';
      expect(result.warnings[0]?.message).toBe(
        `30 of 30 requests failed with ${detail}: the target has documents with these keys already`,
      );
      expect(result.warnings[0]?.hint).toMatch(/seed 4711 .*`seed`.*`drop_collection`.*`existing`/);
      expect(stdout).toContain(`failed with ${detail}`);
    });
  });
}

interface RunningAgent {
  readonly uri: string;
  readonly stop: () => void;
}

async function startAgent(agentName: string): Promise<RunningAgent> {
  const agent = new Agent(['start-agent', '--port', '0', '--name', agentName]);
  const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
  return { uri, stop: () => void agent.child.kill('SIGKILL') };
}

describeWithServices('the example of existing documents', [POSTGRES], () => {
  test('loads once and is read by later runs', async () => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    const docs = readFileSync(new URL('../../docs/workload.md', import.meta.url), 'utf8');
    const section = docs.split('### Existing documents')[1] ?? '';
    const [load = '', read = ''] = [...section.matchAll(/```jsonc\n([\s\S]+?)```/g)].map(([, text = '']) => text);
    const here = (text: string): string => text.replaceAll('"duration": "30s"', '"operations": 400');
    const run = async (text: string): Promise<string> => {
      const { stdout } = await loadbot(['run', '--stdin', '--connection_string', server.url, '--out', '-', '-q'], text);
      return stdout;
    };
    for (const text of [load, here(read), here(read)]) {
      const { jobs } = JSON.parse(await run(text)) as { jobs: { ok: number; requests: number }[] };
      expect(jobs.length).toBeGreaterThan(0);
      for (const { ok, requests } of jobs) expect(ok).toBe(requests);
    }
    const [row] = await server.ask<{ n: string }>('SELECT count(*) AS n FROM users');
    expect(Number(row?.n)).toBe(10_000);
  });
});
