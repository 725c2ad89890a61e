import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { harOf, logOf, vegetaOf } from '../unit/workload/features/requests-from/files.ts';
import { loadbot, readResult, scratchFile } from './agent.ts';
import { CountingServer } from './counting-server.ts';

interface Setting {
  readonly text: string;
  readonly from?: object;
  readonly job?: object;
  readonly workload?: object;
}

/** A workload in a folder of its own, with the file of its requests beside it. */
async function prepare({ text, from = {}, job = {}, workload = {} }: Setting) {
  const server = await CountingServer.start();
  onTestFinished(() => server.stop());
  const folder = scratchFile('folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'requests'), text);
  const path = join(folder, 'load.json');
  const content = {
    connection_string: `http://${server.host}`,
    jobs: [{ name: 'j', type: 'mixed', connections: 4, requests_from: { file: 'requests', ...from }, ...job }],
    ...workload,
  };
  writeFileSync(path, JSON.stringify(content));
  return { path, server };
}

async function run(setting: Setting) {
  const { path, server } = await prepare(setting);
  const out = scratchFile('json');
  const { status, stdout, stderr } = await loadbot(['run', path, '--allow_invalid', '--out', out]);
  expect(status, stderr).toBe(0);
  const received = server.received.map(({ url }) => url);
  return { jobs: readResult(out).jobs, received, server, written: stdout + stderr + readFileSync(out, 'utf8') };
}

const PATHS = Array.from({ length: 200 }, (_, index) => `/${'abc'[index % 3]}/${index}`);
const SECONDS = PATHS.map((_, index) => Math.floor(index / 50));

test.each([1, 4])('each request is sent once at its time, on %i threads', async (threads) => {
  const { jobs, server } = await run({
    text: logOf(PATHS, SECONDS),
    from: { speed: 2 },
    workload: { threads, http: { headers: { 'x-all': '1' } } },
  });
  expect(server.received.map(({ url }) => url).toSorted()).toEqual(PATHS.toSorted());
  expect(jobs.map(({ step }) => String(step)).toSorted()).toEqual(['GET /a/:id', 'GET /b/:id', 'GET /c/:id']);
  expect(jobs.reduce((sum, { requests }) => sum + requests, 0)).toBe(PATHS.length);
  expect(jobs.reduce((sum, { planned }) => sum + (planned ?? 0), 0)).toBe(PATHS.length);
  // The last request is due after 1990 ms: the file has 4 seconds with 50 requests each.
  expect(Math.max(...jobs.map(({ elapsed_seconds: seconds }) => seconds))).toBeGreaterThanOrEqual(1.98);
  for (const { requests, schedule_lag: lag, response_time: response } of jobs) {
    expect([lag?.count, response?.count]).toEqual([requests, requests]);
  }
});

test('one connection sends the requests in the order of the file', async () => {
  const { received } = await run({ text: logOf(PATHS, SECONDS), from: { speed: 20 }, job: { connections: 1 } });
  expect(received).toEqual(PATHS);
});

test('without speed the job has its own pace, and ends after the last request', async () => {
  const { received, jobs } = await run({
    text: vegetaOf(PATHS.map((path) => ({ method: 'GET', url: `http://h${path}` }))),
    from: { name_by: 'none' },
    job: { pace: 400, duration: '60s' },
    workload: { threads: 2 },
  });
  expect(received.toSorted()).toEqual(PATHS.toSorted());
  expect(jobs).toMatchObject([{ step: null, type: 'read', requests: 200, planned: 200, skipped: 0 }]);
  expect(jobs[0]?.elapsed_seconds).toBeLessThan(30);
});

test('a sample is the same on 1 and 4 threads', async () => {
  const setting = { text: logOf(PATHS, SECONDS), from: { sample: 0.3 } };
  const [one, four] = [
    await run({ ...setting, workload: { seed: 5, threads: 1 } }),
    await run({ ...setting, workload: { seed: 5, threads: 4 } }),
  ];
  expect(one.received.length).toBeGreaterThan(30);
  expect(one.received.length).toBeLessThan(90);
  expect(four.received.toSorted()).toEqual(one.received.toSorted());
});

test('repeats until the limit of the job', async () => {
  const { received } = await run({
    text: harOf([0, 5, 30]),
    from: { speed: 1, repeat: true },
    job: { operations: 8, connections: 1 },
  });
  expect(received).toEqual(['/0', '/1', '/2', '/0', '/1', '/2', '/0', '/1']);
});

test('a warm-up sends the first requests', async () => {
  const { received, jobs } = await run({
    text: logOf(PATHS),
    from: { name_by: 'none' },
    job: { pace: 50, warm_up: '2s' }, // longer than a busy machine delays the first request
  });
  expect(received.toSorted()).toEqual(PATHS.toSorted());
  expect(jobs[0]?.requests).toBeLessThan(PATHS.length);
  expect(jobs[0]?.requests).toBeGreaterThan(0);
});

test('sends headers and bodies; credentials are in no output', async () => {
  const header = { 'Content-Type': ['application/json'], Authorization: ['Bearer s3cret-token'] };
  const targets = [
    {
      method: 'POST',
      url: 'http://h/missing/1?api_key=s3cret-key',
      header,
      body: '{"a":"{key} #id","password":"s3cret-pw"}',
    },
    { method: 'PUT', url: 'http://h/items/2', header: { 'X-A': ['1'], 'Content-Type': ['text/plain'] }, body: 'ä' },
  ];
  const { server, written, jobs } = await run({ text: vegetaOf(targets), job: { connections: 1 } });
  expect(server.received.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['POST', '/missing/1?api_key=s3cret-key', '{"a":"{key} #id","password":"s3cret-pw"}'],
    ['PUT', '/items/2', 'ä'],
  ]);
  expect(server.received.map(({ headers }) => [headers.authorization, headers['x-a']])).toEqual([
    ['Bearer s3cret-token', undefined],
    [undefined, '1'],
  ]);
  expect(jobs.map(({ step, errors }) => [step, errors])).toEqual([
    ['POST /missing/:id', 1],
    ['PUT /items/:id', 0],
  ]);
  expect(written).toContain('HTTP 404 from POST /missing/:id');
  expect(written).not.toContain('s3cret');
});

test('try sends the first request of each name', async () => {
  const { path, server } = await prepare({ text: logOf(PATHS, SECONDS), from: { speed: 1 } });
  const { status, stdout } = await loadbot(['try', path]);
  expect(status).toBe(0);
  expect(server.received.map(({ url }) => url)).toEqual(['/a/0', '/b/1', '/c/2']);
  expect(stdout).toContain('j · GET /b/:id\n  GET /b/1\n  200 in');
});

test('validate shows the times and the number of requests, and counts those that are left out', async () => {
  const text = `${logOf(PATHS, SECONDS)}\n${logOf(['/post'], [4]).replace('GET', 'POST')}`;
  const { path } = await prepare({ text, from: { speed: 2 } });
  const { status, stdout, stderr } = await loadbot(['validate', path]);
  expect(status).toBe(0);
  expect(stdout).toContain('recorded times, at speed 2  200 operations');
  expect(stderr).toBe('warning: j: 1 request of requests left out: POST: its body is not in a log\n');
});

test('a path of an included file is relative to that file', async () => {
  const { path, server } = await prepare({ text: logOf(['/a', '/b']) });
  const other = join(path, '..', '..', `${Date.now()}.json`);
  writeFileSync(other, JSON.stringify({ include: [path] }));
  const { status, stderr } = await loadbot(['run', other]);
  expect(status, stderr).toBe(0);
  expect(server.received.map(({ url }) => url).toSorted()).toEqual(['/a', '/b']);
});

test('the example of the documentation runs', async () => {
  const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('## Requests from a file'));
  const [, example = ''] = /^```jsonc\n([\s\S]+?)^```$/m.exec(section) ?? [];
  const server = await CountingServer.start();
  onTestFinished(() => server.stop());
  const folder = scratchFile('folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'access.log'), logOf(PATHS, SECONDS));
  writeFileSync(join(folder, 'load.jsonc'), example.replace('127.0.0.1:8080', server.host).replace('< 500ms', '< 60s'));
  const { status, stdout } = await loadbot(['run', join(folder, 'load.jsonc'), '--allow_invalid']);
  expect([status, server.received.length]).toEqual([0, PATHS.length]);
  expect(stdout).toContain('replay · GET /a/:id');
});

test('jobs send the requests of one host each, to a target each', async () => {
  const other = await CountingServer.start();
  onTestFinished(() => other.stop());
  const hosts = ['shop', 'auth:8443', 'shop', 'cdn'];
  const targets = hosts.map((host, index) => ({ method: 'GET', url: `http://${host}/${index}` }));
  const job = { type: 'mixed', connections: 2 };
  const { received } = await run({
    text: vegetaOf(targets),
    workload: {
      targets: { auth: `http://${other.host}/base` },
      jobs: [
        {
          parallel: [
            { ...job, requests_from: { file: 'requests', host: 'shop' } },
            { ...job, requests_from: { file: 'requests', host: 'auth:8443' }, http: { target: 'auth' } },
          ],
        },
      ],
    },
  });
  expect(received.toSorted()).toEqual(['/0', '/2']);
  expect(other.received.map(({ url }) => url)).toEqual(['/base/1']);
});

test('template tags fill the headers that the job adds', async () => {
  const { server } = await run({
    text: logOf(['/a', '/b', '/a']),
    job: { connections: 1, http: { headers: { 'x-number': 'n#int(7,7)' } } },
  });
  expect(server.received.map(({ headers }) => headers['x-number'])).toEqual(['n7', 'n7', 'n7']);
});
