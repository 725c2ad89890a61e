import { describe, expect, test } from 'vitest';
import { adviseOn } from '../../../../../src/workload/plan-advice.ts';
import { createRecordedMix, recordedTags } from '../../../../../src/data/recorded-requests.ts';
import { partsOf } from '../../../../../src/plan/job-part.ts';
import { type Plan, type RequestJobPlan, sendsRequests } from '../../../../../src/plan/plan.ts';
import { plan } from '../../planning.ts';
import { harOf, logOf, type Setting, vegetaOf } from './files.ts';

/** The plan of a job whose requests are those of a file. */
async function planFile({ text, from = {}, job = {}, workload = {}, env = {} }: Setting): Promise<Plan> {
  const entry = { file: 'requests', ...from };
  const jobs = [{ type: 'mixed', requests_from: entry, ...job }];
  const content = { connection_string: 'http://127.0.0.1:8080', seed: 7, jobs, ...workload };
  return plan(content, { env, surroundings: { readBytes: () => Buffer.from(text) } });
}

async function jobOf(setting: Setting): Promise<RequestJobPlan> {
  const [job] = (await planFile(setting)).jobs;
  if (job === undefined || !sendsRequests(job)) throw new Error('no job');
  return job;
}

/** Method, path, headers and body of each ticket, as the tags of its operation insert them. */
function sentBy(job: RequestJobPlan, tickets: number) {
  const { recorded, mix } = job;
  if (recorded === undefined) throw new Error('no requests');
  const assigned = createRecordedMix(recorded, 7, 0);
  const tags = new Map(recordedTags(recorded, 7, 0));
  return Array.from({ length: tickets }, (_, ticket) => {
    const operation = mix[assigned.operationOf(ticket)];
    if (operation === undefined) throw new Error('no operation');
    const fill = (template: unknown): unknown => {
      const tag = typeof template === 'string' ? tags.get(template.slice(1))?.() : undefined;
      return tag === undefined ? template : tag.text(ticket);
    };
    const { method, path, headers, body } = operation.http;
    const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)]));
    return { step: operation.step, type: operation.type, method, path: fill(path), headers: filled, body: fill(body) };
  });
}

const pathsOf = (job: RequestJobPlan, tickets: number): unknown[] => sentBy(job, tickets).map(({ path }) => path);

function timesOf({ pacing }: RequestJobPlan): number[] {
  if (pacing.kind !== 'recorded') throw new Error(`not recorded: ${pacing.kind}`);
  return [...new Float64Array(pacing.times)];
}

describe('requests', () => {
  test('have method, path, headers and body of the recording', async () => {
    const job = await jobOf({
      text: vegetaOf([
        { method: 'GET', url: 'http://h/a?x={key}#fragment', header: { Accept: ['text/html'], Host: ['h'] } },
        {
          method: 'POST',
          url: 'http://h/b',
          header: { 'Content-Type': ['application/json'] },
          body: '{"t":"#id ${X}"}',
        },
        { method: 'PUT', url: 'http://h/b/1', body: '' },
        { method: 'DELETE', url: 'http://h/b/2' },
        { method: 'GET', url: 'http://h/ä b', header: { Accept: ['text/plain ##'] } },
      ]),
      from: { name_by: 'none' },
    });
    const none = { step: '', headers: {}, body: null };
    expect(sentBy(job, 5)).toEqual([
      { ...none, type: 'read', method: 'GET', path: '/a?x={key}', headers: { accept: 'text/html' } },
      {
        ...none,
        type: 'write',
        method: 'POST',
        path: '/b',
        headers: { 'content-type': 'application/json' },
        body: '{"t":"#id ${X}"}',
      },
      { ...none, type: 'update', method: 'PUT', path: '/b/1', body: '' },
      { ...none, type: 'delete', method: 'DELETE', path: '/b/2' },
      { ...none, type: 'read', method: 'GET', path: '/%C3%A4%20b', headers: { accept: 'text/plain ##' } },
    ]);
    expect(job.mix).toHaveLength(4);
    expect(job).toMatchObject({ operations: 5, durationMs: Infinity, pacing: { kind: 'unlimited' } });
  });

  test('that are equal are stored once', async () => {
    const job = await jobOf({ text: logOf(['/a', '/b', '/a', '/a', '/b']) });
    expect(job.recorded?.requests.rows).toBe(2);
    expect(pathsOf(job, 5)).toEqual(['/a', '/b', '/a', '/a', '/b']);
    expect(job.mix.map(({ weight }) => weight)).toEqual([3, 2]);
  });

  test('have the headers of the job in place of the recorded ones, and not those that it removes', async () => {
    const header = { Authorization: ['Bearer old-token'], Cookie: ['sid=1'], 'X-A': ['1'], Traceparent: ['00'] };
    const job = await jobOf({
      text: vegetaOf([{ method: 'GET', url: 'http://h/', header }]),
      job: { http: { headers: { authorization: 'Bearer new', Cookie: null } }, trace: true },
    });
    expect(sentBy(job, 1)).toMatchObject([{ headers: { authorization: 'Bearer new', 'x-a': '1' } }]);
    expect(Object.keys(sentBy(job, 1)[0]?.headers ?? {})).toEqual(['x-a', 'authorization']);
  });

  test('have the values of variables, which are secrets', async () => {
    const setting = { text: `curl -H "x-key: $KEY" http://h/a`, from: { format: 'curl' }, env: { KEY: 'k3y-value' } };
    expect(sentBy(await jobOf(setting), 1)).toMatchObject([{ headers: { 'x-key': 'k3y-value' } }]);
    expect((await planFile(setting)).secrets).toContain('k3y-value');
  });

  test('have credentials that are secrets of the plan', async () => {
    const header = { Authorization: ['Bearer t0ken-of-header'], Cookie: ['sid=c00kie'] };
    const { secrets } = await planFile({
      text: vegetaOf([
        { method: 'GET', url: 'http://h/?api_key=k3y-of-query', header },
        { method: 'POST', url: 'http://h/', body: '{"password":"of-the-body"}' },
      ]),
    });
    expect(secrets).toEqual(expect.arrayContaining(['t0ken-of-header', 'sid=c00kie', 'k3y-of-query', 'of-the-body']));
  });

  test('of other hosts are left out with `host`, with a warning', async () => {
    const text = vegetaOf(
      ['a.example:80', 'b.example', 'A.example'].map((host) => ({ method: 'GET', url: `http://${host}/${host}` })),
    );
    const job = await jobOf({ text, from: { host: 'a.example' } });
    expect(pathsOf(job, 2)).toEqual(['/a.example:80', '/A.example']);
    expect(adviseOn({ jobs: [job] })).toEqual(['mixed: 1 request of requests left out: other hosts']);
  });

  test('begin again with `repeat`', async () => {
    const job = await jobOf({ text: logOf(['/a', '/b']), from: { repeat: true }, job: { operations: 5 } });
    expect(job.operations).toBe(5);
    expect(pathsOf(job, 5)).toEqual(['/a', '/b', '/a', '/b', '/a']);
  });

  test('in random order are shuffled by the seed, each once a round', async () => {
    const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
    const job = await jobOf({ text: logOf(paths), from: { order: 'random' }, job: { pace: 5 } });
    const sent = pathsOf(job, 20);
    expect(sent).not.toEqual(paths);
    expect(pathsOf(job, 20)).toEqual(sent);
    expect(sent.map(String).toSorted()).toEqual(paths.toSorted());
    const rounds = pathsOf(job, 40).slice(20).map(String);
    expect(rounds.toSorted()).toEqual(paths.toSorted());
    expect(rounds).not.toEqual(sent);
  });
});

describe('times', () => {
  test('are those of the recording', async () => {
    const job = await jobOf({ text: harOf([0, 20, 21, 1500]), from: { speed: 1 } });
    expect(timesOf(job)).toEqual([0, 20, 21, 1500]);
    expect(job.pacing).toMatchObject({ speed: 1, roundMs: undefined });
  });

  test('are divided by the speed', async () => {
    expect(timesOf(await jobOf({ text: harOf([0, 20, 1500]), from: { speed: 4 } }))).toEqual([0, 5, 375]);
    expect(timesOf(await jobOf({ text: harOf([0, 20]), from: { speed: 0.5 } }))).toEqual([0, 40]);
  });

  test('of one second of a log are spread over it, in the order of the file', async () => {
    const job = await jobOf({ text: logOf(['/a', '/b', '/c', '/d', '/e'], [0, 0, 0, 0, 3]), from: { speed: 1 } });
    expect(timesOf(job)).toEqual([0, 250, 500, 750, 3000]);
    expect(pathsOf(job, 5)).toEqual(['/a', '/b', '/c', '/d', '/e']);
  });

  test('order the requests: servers log them when they end', async () => {
    const job = await jobOf({ text: logOf(['/a', '/c', '/b'], [0, 9, 4]), from: { speed: 1 } });
    expect(pathsOf(job, 3)).toEqual(['/a', '/b', '/c']);
    expect(timesOf(job)).toEqual([0, 4000, 9000]);
    const har = await jobOf({ text: harOf([5000, 0, 2000]), from: { speed: 1 } });
    expect(pathsOf(har, 3)).toEqual(['/1', '/2', '/0']);
  });

  test('without speed the order is that of the file', async () => {
    expect(pathsOf(await jobOf({ text: logOf(['/a', '/c', '/b'], [0, 9, 4]) }), 3)).toEqual(['/a', '/c', '/b']);
  });

  test('begin again after the last second of a log, or after a mean gap', async () => {
    const log = await jobOf({ text: logOf(['/a', '/b'], [0, 3]), from: { speed: 2, repeat: true } });
    expect(log.pacing).toMatchObject({ roundMs: 2000 });
    const har = await jobOf({ text: harOf([0, 10, 40]), from: { speed: 1, repeat: true } });
    expect(har.pacing).toMatchObject({ roundMs: 60 });
  });
});

describe('a sample', () => {
  const paths = Array.from({ length: 2000 }, (_, index) => `/${index}`);
  const seconds = paths.map((_, index) => Math.floor(index / 10));

  test('is a share of the requests that depends on the seed', async () => {
    const [a, b, c] = await Promise.all(
      [1, 1, 2].map((seed) => jobOf({ text: logOf(paths, seconds), from: { sample: 0.1 }, workload: { seed } })),
    );
    const sentBySeed = [a, b, c].map((job) => pathsOf(job!, job!.operations)); // three of them
    expect(sentBySeed[0]).toEqual(sentBySeed[1]);
    expect(sentBySeed[0]).not.toEqual(sentBySeed[2]);
    expect(a?.operations).toBeGreaterThan(140);
    expect(a?.operations).toBeLessThan(260);
  });

  test('keeps the times of its requests', async () => {
    const job = await jobOf({ text: logOf(paths, seconds), from: { sample: 0.1, speed: 1 } });
    const sent = pathsOf(job, job.operations).map((path) => Number(String(path).slice(1)));
    expect(timesOf(job)).toEqual(sent.map((index) => index * 100));
  });
});

describe('names', () => {
  test('are method and path without query and ids', async () => {
    const ids = [
      '/users/17/orders/9?x=1',
      '/users/18/orders/10',
      '/a/0b0e7bd0-1e2f-4a6f-9d2f-2f1f3a9d8a01',
      '/a/deadbeef01',
      '/a/someone@example.com',
      '/a/eyJhbGciOiJIUzI1NiIsInR5cCI6',
      '/v2/decade',
    ];
    const { mix } = await jobOf({ text: logOf(ids) });
    expect(mix.map(({ step }) => step)).toEqual(['GET /users/:id/orders/:id', 'GET /a/:id', 'GET /v2/decade']);
    expect(mix.map(({ title }) => title)).toEqual(mix.map(({ step }) => step));
  });

  test('beyond the 50 most frequent are one', async () => {
    const words = Array.from(
      { length: 60 },
      (_, index) => `/${'abcdefghij'[index % 10]}${'klmnop'[Math.floor(index / 10)]}`,
    );
    const { mix } = await jobOf({ text: logOf([...words, ...words.slice(10)]) });
    expect(new Set(mix.map(({ step }) => step)).size).toBe(51);
    expect(mix.find(({ step }) => step === 'other')?.weight).toBe(10);
    expect(mix.reduce((sum, { weight }) => sum + weight, 0)).toBe(110);
  });

  test('are hosts, or none', async () => {
    const text = vegetaOf(['a', 'b:8080', 'a'].map((host) => ({ method: 'GET', url: `http://${host}/` })));
    expect((await jobOf({ text, from: { name_by: 'host' } })).mix.map(({ step }) => step)).toEqual(['a', 'b:8080']);
    const none = await jobOf({ text, from: { name_by: 'none' } });
    expect(partsOf(none)).toEqual([{ type: 'read', step: '' }]);
    expect(none.mix.map(({ title }) => title)).toEqual(['GET of requests']);
  });
});

test('checks and limits of the job apply to all requests', async () => {
  const job = await jobOf({
    text: logOf(['/a', '/b']),
    job: { expect: { headers: { 'x-a': 'b' } }, operations: 1, duration: '5s', http: { expect_status: ['2xx', 404] } },
  });
  expect(job).toMatchObject({ operations: 1, durationMs: 5000 });
  expect(job.mix.map(({ expect: checks }) => checks !== undefined)).toEqual([true, true]);
});

test('a plan can be cloned, and threads share the requests', async () => {
  const job = await jobOf({ text: logOf(['/a', '/b'], [0, 1]), from: { speed: 1 } });
  const copy = structuredClone(job);
  expect(copy).toEqual(job);
  new Uint32Array(copy.recorded!.rows)[0] = 1; // it has requests
  expect(pathsOf(job, 2)).toEqual(['/b', '/b']);
});
