import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { loadWorkload, type LoadedWorkload, type LoadOverrides } from '../../../src/workload/load.ts';
import { line } from './loading.ts';

type Files = Readonly<Record<string, string | object>>;
interface Options extends LoadOverrides {
  readonly env?: Readonly<Record<string, string>>;
  readonly source?: string;
}

/** Loads `load.jsonc` of files by their relative path; content is text or a value. */
function load(files: Files, { env = {}, source = 'load.jsonc', ...overrides }: Options = {}): Promise<LoadedWorkload> {
  const textOf = (path: string): string | undefined => {
    const name = Object.keys(files).find((one) => resolve(one) === resolve(path));
    const content = name === undefined ? undefined : files[name];
    return content === undefined || typeof content === 'string' ? content : JSON.stringify(content);
  };
  const readFile = async (path: string): Promise<string> => {
    const text = textOf(path);
    if (text === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
    return text;
  };
  return loadWorkload(source, { env, readFile, readStdin: () => readFile('load.jsonc') }, overrides);
}

async function linesOf(files: Files, options: Options = {}): Promise<string[]> {
  try {
    await load(files, options);
    return [];
  } catch (error) {
    if (error instanceof LoadbotError) return error.problems.length > 0 ? error.problems.map(line) : [error.message];
    throw error;
  }
}

const JOB = { type: 'write', collection: 'c', duration: '1s' };
const MAIN = { connection_string: 'https://h', jobs: [JOB] };

describe('include', () => {
  test('merges files below the file, and adds up their lists', async () => {
    const { file, files } = await load({
      'load.jsonc': {
        ...MAIN,
        include: ['a.jsonc', 'sub/b.yaml'],
        http: { headers: { x: 'main', gone: null }, tls: null },
        jobs: [{ ...JOB, name: 'own' }],
        thresholds: ['errors < 1'],
        buckets: [3],
      },
      'a.jsonc': {
        connection_string: 'http://a',
        seed: 1,
        threads: 2,
        http: { headers: { x: 'a', y: 'a', gone: 'a' }, tls: { ca: 'ca.pem' } },
        jobs: [{ ...JOB, name: 'a' }],
        thresholds: ['errors < 2'],
        buckets: [1, 2],
      },
      'sub/b.yaml': 'threads: 3\nhttp: { headers: { y: b } }\njobs: [{ type: sleep, name: b, duration: 1s }]\n',
    });
    expect(files).toEqual(['load.jsonc', 'a.jsonc', 'sub/b.yaml']);
    expect(file).toMatchObject({
      connection_string: { target: { url: 'https://h' } },
      seed: 1,
      threads: 3,
      buckets: [3],
    });
    expect(file.http).toEqual({ headers: { x: 'main', y: 'b', gone: null } });
    expect(file.jobs.map((job) => 'name' in job && job.name)).toEqual(['a', 'b', 'own']);
    expect(file.thresholds).toHaveLength(2);
  });

  test('is relative to the including file, and reads a file once', async () => {
    const loaded = await load({
      'load.jsonc': { ...MAIN, include: ['sub/a.jsonc', 'sub/deep/b.jsonc'] },
      'sub/a.jsonc': { include: ['deep/b.jsonc', './deep/../c.jsonc'], feeders: [{ name: 'a', file: 'a.csv' }] },
      'sub/deep/b.jsonc': { feeders: [{ name: 'b', file: 'b.csv' }], http: { tls: { ca: 'ca.pem' } } },
      'sub/c.jsonc': { http: { tls: { cert: 'c.pem', key: 'k.pem' } } },
    });
    expect(loaded.files).toEqual(['load.jsonc', 'sub/a.jsonc', 'sub/deep/b.jsonc', 'sub/c.jsonc']);
    expect(loaded.file.feeders?.map(({ name }) => name)).toEqual(['b', 'a']);
    const places = [
      ['feeders', 0, 'file'],
      ['feeders', 1, 'file'],
      ['http', 'tls', 'ca'],
      ['http', 'tls', 'cert'],
    ];
    expect(places.map((path) => loaded.directoryOf(path))).toEqual(['sub/deep', 'sub', 'sub/deep', 'sub']);
    expect(loaded.directoryOf(['jobs', 0])).toBe('.');
  });

  test('works with standard input, relative to the current directory', async () => {
    const files = { 'load.jsonc': { include: ['a.jsonc'], jobs: [JOB] }, 'a.jsonc': { connection_string: 'http://h' } };
    const loaded = await load(files, { source: '-' });
    expect([loaded.source, loaded.files, loaded.file.connection_string?.target.url]).toEqual([
      'stdin',
      ['a.jsonc'],
      'http://h',
    ]);
  });

  test('reports errors at their positions in each file', async () => {
    const lines = await linesOf({
      'load.jsonc': `{ "include": ["a.jsonc", "b.yaml"],\n  "connection_string": "http://h", "threads": 0,\n  "jobs": [{ "type": "sleep" }] }`,
      'a.jsonc': `{\n  "jobs": [{ "type": "write", "collection": "c", "pace": "fast" }],\n  "seed": 1, "seed": 2 }`,
      'b.yaml': 'sed: 1\njobs:\n  - { type: write, collection: "${NOPE}" }\n',
    });
    expect(lines).toEqual([
      expect.stringMatching(/^load.jsonc:2:47 threads: must be a whole number from 1/),
      expect.stringMatching(/^load.jsonc:3:12 jobs\[0\].duration: `duration` is missing/),
      expect.stringMatching(/^a.jsonc:2:58 jobs\[0\].pace: must be/),
      expect.stringMatching(/^a.jsonc:3:14 seed: `seed` is given twice/),
      expect.stringMatching(/^b.yaml:1:1 sed: `sed` is not a known field \(did you mean `seed`\?\)/),
      expect.stringMatching(/^b.yaml:3:32 jobs\[0\].collection: the environment variable NOPE is not set/),
    ]);
  });

  test('reports a cycle of includes with its chain of files', async () => {
    const files = {
      'load.jsonc': { ...MAIN, include: ['a.jsonc'] },
      'a.jsonc': { include: ['sub/b.jsonc'] },
      'sub/b.jsonc': `{\n  "include": ["../a.jsonc"] }`,
    };
    expect(await linesOf(files)).toEqual([
      'sub/b.jsonc:2:15 include[0]: includes itself: load.jsonc > a.jsonc > sub/b.jsonc > a.jsonc (remove one of these includes)',
    ]);
    expect(await linesOf({ 'load.jsonc': { ...MAIN, include: ['./load.jsonc'] } })).toEqual([
      expect.stringContaining('includes itself: load.jsonc > load.jsonc'),
    ]);
  });

  test('is limited to 8 levels', async () => {
    const chain = (levels: number): Files =>
      Object.fromEntries(
        Array.from({ length: levels + 1 }, (_, level) => [
          level === 0 ? 'load.jsonc' : `${level}.jsonc`,
          { ...(level === 0 && MAIN), ...(level < levels && { include: [`${level + 1}.jsonc`] }) },
        ]),
      );
    expect(await linesOf(chain(8))).toEqual([]);
    expect(await linesOf(chain(9))).toEqual([
      expect.stringMatching(
        /^8.jsonc:1:13 include\[0\]: is nested more than 8 levels deep: load.jsonc > 1.jsonc > .* > 9.jsonc/,
      ),
    ]);
  });

  test('reports everything about unreadable files at once', async () => {
    const include = ['nope.jsonc', 'bad.jsonc', 'list.jsonc', '${DIR}/x.jsonc', 'empty.jsonc', ' '];
    const files = { 'load.jsonc': { ...MAIN, include: include.slice(0, -1) }, 'bad.jsonc': '{\n  "a" 1 }' };
    expect(await linesOf({ ...files, 'list.jsonc': '[1]', 'empty.jsonc': '' })).toEqual([
      expect.stringMatching(/^load.jsonc:1:\d+ include\[0\]: cannot read nope.jsonc: no such file \(relative to load/),
      'bad.jsonc:2:7 : a colon is missing before this',
      expect.stringMatching(/^list.jsonc:1:1 : a workload is an object/),
      expect.stringMatching(/^load.jsonc:1:\d+ include\[3\]: cannot contain a variable/),
      expect.stringMatching(/^load.jsonc:1:\d+ include\[4\]: empty.jsonc is empty/),
    ]);
    expect(await linesOf({ 'load.jsonc': { ...MAIN, include } })).toEqual([
      expect.stringMatching(/include\[5\]: must not be blank/),
    ]);
    expect(await linesOf({ 'load.jsonc': { ...MAIN, include: 'a.jsonc' } })).toEqual([
      expect.stringMatching(/include: must be a list; it is "a.jsonc"/),
    ]);
  });

  test('limits all files together like one file', async () => {
    const jobs = Array.from({ length: 6000 }, () => ({ type: 'sleep', duration: '1s' }));
    const files = { 'load.jsonc': { ...MAIN, include: ['a.jsonc'], jobs }, 'a.jsonc': { jobs } };
    expect(await linesOf(files)).toEqual([
      expect.stringContaining('there are 12,000 jobs; at most 10,000 are allowed'),
    ]);
    const filler = ' '.repeat(3 * 1024 ** 2);
    const large = { 'load.jsonc': `{ "include": ["a.jsonc"] }${filler}`, 'a.jsonc': `{}${filler}` };
    expect(await linesOf(large)).toEqual([
      expect.stringContaining('include[0]: makes the workload larger than 4.00 MiB'),
    ]);
    const list = { agent: { labels: Array.from({ length: 300_000 }, () => 0) } };
    const many = { 'load.jsonc': { include: ['a.jsonc'], ...list }, 'a.jsonc': { http: list.agent } };
    expect(await linesOf(many)).toEqual(['load.jsonc holds more than 500,000 values, with its includes']);
  });
});

describe('environments', () => {
  const files = (more: object = {}): Files => ({
    'load.jsonc': {
      ...MAIN,
      parameters: { RATE: { default: '1/s', description: 'd' }, TOKEN: 'long-secret' },
      http: { headers: { x: 'a' }, tls: { insecure_skip_verify: true } },
      environments: {
        staging: {
          connection_string: 'https://staging',
          http: { headers: { y: 'b' }, tls: null },
          parameters: { RATE: '5/s', TOKEN: 'other-secret' },
          jobs: [{ ...JOB, name: 'smoke', pace: '${RATE}' }],
        },
        production: { seed: 'x', http: { proxy: '${NOPE}' } },
      },
      ...more,
    },
  });

  test('change the workload as JSON Merge Patch (RFC 7396) does', async () => {
    const { file, given, parameters, environment } = await load(files(), { environment: 'staging' });
    expect(environment).toBe('staging');
    expect(file).toMatchObject({
      connection_string: { target: { url: 'https://staging' } },
      http: { headers: { x: 'a', y: 'b' } },
    });
    expect(file.http).not.toHaveProperty('tls');
    expect(file.jobs).toMatchObject([{ name: 'smoke', pace: 5 }]);
    expect(parameters).toMatchObject([
      { name: 'RATE', value: '5/s', description: 'd' },
      { name: 'TOKEN', value: 'other-secret', isSecret: true },
    ]);
    expect(given).not.toHaveProperty('environments');
    expect(JSON.stringify(given)).not.toContain('secret-');
  });

  test('are selected by the flag, or by LOADBOT_ENVIRONMENT without it', async () => {
    const seedOf = async (options: Options): Promise<unknown> =>
      (await load({ 'load.jsonc': { ...MAIN, environments: { a: { seed: 1 }, b: { seed: 2 } } } }, options)).file.seed;
    expect(await seedOf({})).toBeUndefined();
    expect(await seedOf({ env: { LOADBOT_ENVIRONMENT: 'a' } })).toBe(1);
    expect(await seedOf({ env: { LOADBOT_ENVIRONMENT: '' } })).toBeUndefined();
    expect(await seedOf({ environment: 'b', env: { LOADBOT_ENVIRONMENT: 'a' } })).toBe(2);
  });

  test('report errors at their positions', async () => {
    expect(await linesOf(files(), { environment: 'production' })).toEqual([
      expect.stringMatching(/^load.jsonc:1:\d+ environments.production.seed: must be a whole number .*; it is "x"/),
      expect.stringMatching(/environments.production.http.proxy: the environment variable NOPE is not set/),
      expect.stringMatching(/environments.production.http.proxy: must/),
    ]);
  });

  test('that do not exist are reported with the known names', async () => {
    expect(await linesOf(files(), { environment: 'stagin' })).toEqual([
      ' --environment: the workload has no environment "stagin" (did you mean `staging`? it has staging, production)',
    ]);
    expect(await linesOf(files(), { env: { LOADBOT_ENVIRONMENT: 'x' } })).toEqual([
      ' LOADBOT_ENVIRONMENT: the workload has no environment "x" (it has staging, production)',
    ]);
    expect(await linesOf({ 'load.jsonc': MAIN }, { environment: 'a' })).toEqual([
      ' --environment: the workload has no environment "a" (declare it in `environments` of the file)',
    ]);
    expect(await linesOf({ 'load.jsonc': MAIN }, { env: { LOADBOT_ENVIRONMENT: 'a' } })).toEqual([]);
  });

  test('must be objects without `include` and `environments`', async () => {
    expect(await linesOf(files({ environments: { a: 1 } }), { environment: 'a' })).toEqual([
      expect.stringMatching(/environments.a: must be an object; it is 1/),
    ]);
    expect(await linesOf(files({ environments: { a: { include: ['x'] } } }), { environment: 'a' })).toEqual([
      expect.stringMatching(/environments.a.include: `include` cannot stand in an environment/),
    ]);
  });

  test('of an included file can be overridden', async () => {
    const main = { ...MAIN, include: ['a.yaml'], environments: { staging: { threads: 2 } } };
    const common = 'environments:\n  staging: { seed: 4, threads: 9, http: { timeout: x } }\n';
    expect(await linesOf({ 'load.jsonc': main, 'a.yaml': common }, { environment: 'staging' })).toEqual([
      expect.stringMatching(/^a.yaml:2:43 environments.staging.http.timeout: `timeout` is not a known field/),
    ]);
    const { file } = await load(
      { 'load.jsonc': main, 'a.yaml': common.replace(/, http.*}/, ' }') },
      { environment: 'staging' },
    );
    expect([file.seed, file.threads]).toEqual([4, 2]);
  });
});
