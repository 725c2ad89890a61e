import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import type * as library from '../../src/library/index.ts';
import { KnownTarget } from '../e2e/known-target.ts';
import { describeWithServices, type ServiceBinary } from './binary.ts';
import { FERRETDB, startFerretdb } from './ferretdb.ts';
import { MARIADB, startMariadb } from './mariadb.ts';
import { POSTGRES, startPostgres } from './postgresql.ts';
import { REDIS, startRedis } from './redis.ts';
import type { Service } from './service.ts';

const COMPILED: string = new URL('../../dist/library/index.js', import.meta.url).href;
const FOLDER = fileURLToPath(new URL('../../workloads', import.meta.url));
const YCSB = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `ycsb/${letter}.jsonc`);

interface Job {
  readonly duration?: string;
  readonly operations?: number;
  readonly stages?: readonly object[];
  readonly parallel?: readonly Job[];
}

/** A ready workload as it stands, but for how long it takes. */
function shortened(file: string): object {
  const workload = parse(readFileSync(join(FOLDER, file), 'utf8')) as { readonly jobs: readonly Job[] };
  const shorten = ({ duration, ...job }: Job): Job => ({
    ...job,
    // A number of operations ends on any machine, and never before the rarest operation of a mix.
    ...(duration !== undefined && { operations: 200 }),
    ...(job.operations !== undefined && { operations: Math.min(job.operations, 5) }),
    // A busy machine is not a fault of the workload.
    ...('timeout' in job && { timeout: '30s' }),
    ...(job.stages !== undefined && { stages: [{ duration: '1s', pace: 100 }] }),
    ...('warm_up' in job && { warm_up: '200ms' }),
    ...(job.parallel !== undefined && { parallel: job.parallel.map(shorten) }),
  });
  return { ...workload, jobs: workload.jobs.map(shorten) };
}

async function expectToRun(file: string, url: string): Promise<void> {
  const { status, stderr, result } = await runWorkload(shortened(file), ['--connection_string', url, '--quiet']);
  expect(status, stderr).toBe(0);
  for (const job of result.jobs) {
    expect(job.status, `${file}: ${job.name}`).toBe('completed');
    expect(job.requests, `${file}: ${job.name}`).toBeGreaterThan(0);
    expect(job.errors, `${file}: ${job.name}: ${JSON.stringify(result.failures)}`).toBe(0);
  }
}

test('every shipped workload is valid', async () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonc'));
  expect(files.length).toBeGreaterThan(10);
  const { validate } = (await import(COMPILED)) as typeof library;
  for (const file of files) expect(await validate(join(FOLDER, file)), file).toMatchObject({ ok: true, problems: [] });
});

describe('shipped workloads over HTTP', () => {
  test.each(YCSB)('%s against the built-in store', (file) => expectToRun(file, 'embedded:'));

  test('http-api.jsonc against a target', async () => {
    const target = await KnownTarget.start();
    await expectToRun('http-api.jsonc', target.url);
    await target.stop();
  });
});

describe.each<[string, ServiceBinary, () => Promise<Service & { readonly url: string }>, readonly string[]]>([
  ['PostgreSQL', POSTGRES, startPostgres, ['postgres.jsonc', 'ycsb/a.jsonc', 'ycsb/e.jsonc']],
  ['MariaDB', MARIADB, startMariadb, ['mysql.jsonc', 'ycsb/d.jsonc', 'ycsb/e.jsonc']],
  ['Redis', REDIS, startRedis, ['redis.jsonc', 'ycsb/b.jsonc', 'ycsb/f.jsonc']],
  // FerretDB reads the whole collection for each scan of e.jsonc; delete-and-scan.test.ts has a few.
  ['MongoDB', FERRETDB, startFerretdb, ['mongodb.jsonc', 'ycsb/c.jsonc']],
])('ready workloads for %s', (name, binary, start, files) => {
  describeWithServices(`on a real ${name}`, [binary], () => {
    test(files.map((file) => basename(file)).join(', '), async () => {
      const server = await start();
      try {
        for (const file of files) await expectToRun(file, server.url);
      } finally {
        await server.stop();
      }
    });
  });
});
