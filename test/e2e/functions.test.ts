import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Library from '../../src/library/index.ts';
import type { Result, RunOptions, Workload } from '../../src/library/index.ts';
import { Agent, loadbot, runWorkload, scratchFile, workloadFile } from './agent.ts';
import { CountingServer, type Received } from './counting-server.ts';

const COMPILED: string = new URL('../../dist/library/index.js', import.meta.url).href;
const { run, RunError, validate } = (await import(COMPILED)) as typeof Library;

let server: CountingServer;
beforeAll(async () => {
  server = await CountingServer.start();
});
afterAll(() => server.stop());

const JOB = { name: 'reads', type: 'write', http: { path: '/a', body: { n: '#id' } }, connections: 3, operations: 40 };

/** A workload with functions of this text. */
function workloadOf(functions: string, fields: object = {}): readonly [Workload, RunOptions] {
  const file = scratchFile('mjs');
  writeFileSync(file, functions);
  const jobs = [{ ...JOB, ...fields }] as unknown as Workload['jobs'];
  const workload = { connection_string: `http://${server.host}`, seed: 7, jobs, functions: `./${basename(file)}` };
  return [workload, { allowInvalid: true, allowFunctions: true, directory: dirname(file) }];
}

async function send(
  functions: string,
  fields?: object,
  more: Partial<Workload> = {},
): Promise<{ readonly result: Result; readonly received: Received[] }> {
  const before = server.received.length;
  const [workload, options] = workloadOf(functions, fields);
  const result = await run({ ...workload, ...more }, options);
  return { result, received: server.received.slice(before) };
}

describe('before_request', () => {
  test('changes method, path, headers and body of every request', async () => {
    const { result, received } = await send(
      `
      import { createHmac } from 'node:crypto';
      export function before_request(request, { job, step, sequence }) {
        request.headers['x-signature'] = createHmac('sha256', 'key').update(request.body).digest('hex');
        request.headers['x-request'] = [job, step, sequence].join('/');
        request.method = 'PUT';
        request.path += '?signed=1';
        request.body += '\\n';
        delete request.headers['user-agent'];
      }`,
    );
    expect(result.jobs).toMatchObject([{ requests: 40, ok: 40, errors: 0 }]);
    expect(received).toHaveLength(40);
    for (const { method, url, headers, body } of received) {
      expect([method, url, headers['user-agent']]).toEqual(['PUT', '/a?signed=1', undefined]);
      expect(body).toMatch(/^\{"n":"[^"]+"\}\n$/);
      expect(headers['x-signature']).toBe(createHmac('sha256', 'key').update(body.trimEnd()).digest('hex'));
    }
    const numbers = received.map(({ headers }) => headers['x-request']);
    expect(new Set(numbers)).toEqual(new Set(Array.from({ length: 40 }, (_, n) => `reads//${n}`)));
  });

  test('has random numbers that follow from the seed, on any number of threads', async () => {
    const text = `export const before_request = (request, { random }) => { request.path = '/' + random() + '/' + random(); };`;
    const paths = async (threads: number): Promise<readonly string[]> => {
      const before = server.received.length;
      const [workload, options] = workloadOf(text);
      await run(workload, { ...options, threads });
      return server.received
        .slice(before)
        .map(({ url }) => url)
        .toSorted();
    };
    const first = await paths(1);
    expect(new Set(first.flatMap((path) => path.slice(1).split('/'))).size).toBe(80);
    expect(await paths(2)).toEqual(first);
  });

  test('changes the steps of scenarios, by their names', async () => {
    const { result, received } = await send(
      `export const before_request = (request, { step }) => { request.path = '/' + step; };`,
      {
        type: 'scenario',
        http: undefined,
        operations: 5,
        steps: [
          { name: 'one', http: { path: '/' } },
          { name: 'two', http: { path: '/' } },
        ],
      },
    );
    expect(received.map(({ url }) => url).toSorted()).toEqual(['/one', '/two'].flatMap((url) => Array(5).fill(url)));
    expect(result.jobs.find(({ step }) => step === 'two')).toMatchObject({ requests: 5, errors: 0 });
  });

  test('sees the captures and variables of its user, and records custom metrics', async () => {
    const { result, received } = await send(
      `
      export const sign = ({ vars }) => { vars.word += '!'; return { key: vars.word.length }; };
      export function before_request(request, { step, vars, captures, user, iteration, metric }) {
        if (step === 'in') return;
        request.path = '/' + [step, vars.word, captures.in.status, captures.sign.key, user, iteration].join('/');
        metric('orders_total', 3);
      }
      export const after_response = (response, { step, vars, captures, metric }) => {
        if (step === 'b' && (vars.word !== 'cat!' || captures.a.again !== 200)) return 'other values';
        if (step === 'b') metric('orders_total', 1);
      };`,
      {
        type: 'scenario',
        http: undefined,
        connections: 2,
        operations: 10,
        variables: { word: 'cat' },
        before: [{ name: 'in', http: { path: '/in' }, capture: { status: { status: true } } }],
        steps: [
          { function: 'sign' },
          { name: 'a', http: { path: '/#sign.key' }, capture: { again: { status: true } } },
          { name: 'b', http: { path: '/' }, expect: { status: 200 } },
        ],
      },
      { custom_metrics: { orders_total: { type: 'counter' } } },
    );
    const iterations = result.jobs.find(({ type }) => type === 'scenario');
    expect(iterations).toMatchObject({ ok: 10, errors: 0, metrics: { orders_total: { total: 70 } } });
    const paths = received.map(({ url }) => url).filter((url) => url !== '/in');
    expect(paths.map((url) => url.replace(/\d\/\d$/, ''))).toEqual(
      expect.arrayContaining(['/a/cat!/200/4/', '/b/cat!/200/4/']),
    );
    // Each iteration once for each step.
    expect(new Set(paths).size).toBe(20);
  });

  test.each([
    ['throw new Error("no key")', 'before_request threw: no key'],
    ['return 5', 'before_request returned 5'],
    ['return new Promise(() => {})', 'before_request returned a promise; functions cannot wait'],
    ['return Promise.reject(new Error("a"))', 'before_request returned a promise; functions cannot wait'],
    ['r.method = "get it"', 'before_request set `method` to something that is not a method'],
    ['r.path = "no slash"', 'before_request set `path`'],
    ['r.body = 5', 'before_request set `body`'],
    ['r.headers = null', 'before_request removed `headers`'],
    ['r.headers["content-length"] = "5"', 'before_request set the header content-length'],
    ['r.headers["x-a"] = "a\\r\\nb: c"', 'before_request set a header that is invalid'],
  ])('%s: fails the request, which is not sent', async (body, message) => {
    const { result, received } = await send(`export function before_request(r) { ${body} }`, { operations: 20 });
    expect(received).toEqual([]);
    expect(result.jobs[0]).toMatchObject({ requests: 20, errors: 20, errors_by_class: { workload: 20 } });
    expect(result.document.failures[0]?.message).toContain(message);
  });
});

describe('after_response', () => {
  test('fails a check by an exception, by text and by false, and is counted by its name', async () => {
    const { result } = await send(`
      export function after_response(response, { sequence }) {
        if (response.status !== 200 || response.header('Connection') === undefined) return 'unexpected';
        if (sequence % 4 === 1) throw new Error('odd answer');
        if (sequence % 4 === 2) return 'wrong answer';
        if (sequence % 4 === 3) return false;
      }`);
    expect(result.jobs[0]).toMatchObject({
      requests: 40,
      ok: 10,
      errors_by_class: { check: 30 },
      failed_checks: { after_response: 30 },
    });
    expect(result.document.failures[0]?.message).toMatch(
      /^after_response: (odd|wrong) answer|^after_response returned false/,
    );
  });

  test('sees the body only if it declares that', async () => {
    const text = `export const after_response = (r) => (r.text() === '{}' && typeof r.json() === 'object' ? undefined : 'no body');`;
    expect((await send(`export const reads_body = true; ${text}`)).result.jobs[0]).toMatchObject({ ok: 40, errors: 0 });
    expect((await send(text)).result.jobs[0]).toMatchObject({ ok: 0, errors: 40 });
  });

  test('records custom metrics', async () => {
    const [workload, options] = workloadOf(`
      export const after_response = (r, { metric }) => { metric('orders_total', 2); metric('cart_seconds', 0.25); };`);
    const custom_metrics = { orders_total: { type: 'counter' }, cart_seconds: { type: 'trend' } } as const;
    const { jobs } = await run({ ...workload, custom_metrics }, options);
    expect(jobs[0]?.metrics['orders_total']).toMatchObject({ total: 80 });
    expect(jobs[0]?.metrics['cart_seconds']?.durations).toMatchObject({ count: 40, sum_seconds: 10 });
    const unknown = await run(workload, options);
    expect(unknown.document.failures[0]?.message).toContain('metric orders_total is not declared');
  });
});

test('a function that never ends is ended with its thread, and the result so far is kept', async () => {
  const atLimit = /load thread 0 did not respond for 20.* a function of .*\.mjs may not end/;
  const inRequest = async (): Promise<void> => {
    const text = 'export function before_request(request, { sequence }) { if (sequence === 20) for (;;); }';
    const [workload, options] = workloadOf(text, { connections: 1 });
    const error = await run(workload, options).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof RunError)) throw new Error('it did not fail', { cause: error });
    expect([error.message, error.exitStatus]).toEqual([expect.stringMatching(atLimit), 1]);
    expect(error.result?.jobs[0]).toMatchObject({ ok: 20, aborted: 1 });
  };
  const inStep = async (): Promise<void> => {
    const text = 'export function count({ iteration }) { if (iteration === 20) for (;;); }';
    const steps = [{ name: 'a', http: { path: '/' } }, { function: 'count' }];
    const [workload, options] = workloadOf(text, { type: 'scenario', http: undefined, connections: 1, steps });
    const functions = join(options.directory ?? '', workload.functions ?? '');
    const { status, stderr, result } = await runWorkload({ ...workload, functions }, ['--allow_functions']);
    expect([status, stderr]).toEqual([1, expect.stringMatching(atLimit)]);
    expect(result.jobs.map(({ ok, aborted }) => [ok, aborted])).toEqual([
      [20, 1],
      [21, 0],
    ]);
  };
  await Promise.all([inRequest(), inStep()]);
});

describe('docs/functions.md', () => {
  const page = readFileSync(new URL('../../docs/functions.md', import.meta.url), 'utf8');
  const blocks = (language: string): readonly string[] =>
    [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

  /** Runs an example; returns the result and the requests. */
  async function runExample(index: number): Promise<{ readonly result: Result; readonly received: Received[] }> {
    const file = scratchFile('jsonc');
    const module = scratchFile('mjs');
    writeFileSync(module, blocks('js')[index] ?? '');
    const text = blocks('jsonc')[index] ?? '';
    writeFileSync(
      file,
      text.replace('127.0.0.1:8080', server.host).replace('./functions.mjs', `./${basename(module)}`),
    );
    const before = server.received.length;
    const result = await run(file, { allowInvalid: true, allowFunctions: true });
    return { result, received: server.received.slice(before) };
  }

  test('the example with orders works', async () => {
    const { result, received } = await runExample(0);
    expect(result.jobs[0]).toMatchObject({ ok: 500, errors: 0, metrics: { orders_total: { total: 500 } } });
    expect(received.every(({ headers }) => typeof headers['x-signature'] === 'string')).toBe(true);
    const express = received.filter(({ url }) => url === '/orders?express=true').length;
    expect(express).toBeGreaterThan(10);
    expect(express).toBeLessThan(150);
  });

  test('the example of a function step works', async () => {
    const { result, received } = await runExample(1);
    expect(result.jobs.find(({ step }) => step === 'pay')).toMatchObject({ ok: 100, errors: 0 });
    const payments = received.filter(({ method }) => method === 'POST');
    expect(payments).toHaveLength(100);
    for (const { url, headers, body } of payments) {
      const { amount } = JSON.parse(body) as { amount: number };
      const [, nonce = ''] = /^\/pay\/(\d+-\d+)$/.exec(url) ?? [];
      expect([amount % 100, amount >= 100]).toEqual([0, true]);
      expect(headers['x-signature']).toBe(createHmac('sha256', 'key').update(`${nonce}:${amount}`).digest('hex'));
    }
  });
});

test('try sends the requests that functions have changed', async () => {
  const [workload, { directory = '' }] = workloadOf(`export const before_request = (r) => { r.path = '/tried'; };`);
  const file = workloadFile({ ...workload, functions: `${directory}/${basename(workload.functions ?? '')}` });
  const { status } = await loadbot(['try', file, '--allow_functions']);
  expect([status, server.received.at(-1)?.url]).toEqual([0, '/tried']);
});

describe('functions are code', () => {
  test('that is refused without the flag, everywhere', async () => {
    const [workload, { allowFunctions: _, ...options }] = workloadOf('process.exit(9);');
    const { problems } = await validate(workload, { directory: options.directory });
    expect(problems).toMatchObject([{ path: 'functions', hint: expect.stringContaining('--allow_functions') }]);
    const { status, stderr } = await loadbot(['validate', workloadFile({ ...workload, functions: 'x.mjs' })]);
    expect([status, stderr]).toEqual([104, expect.stringContaining('is code that would run in this process')]);
  });

  test('that an agent runs for received workloads only with its own flag', async () => {
    const [workload, { directory = '' }] = workloadOf(`export const before_request = (r) => { r.path = '/sent'; };`);
    const file = workloadFile({ ...workload, functions: `${directory}/${basename(workload.functions ?? '')}` });
    const before = server.received.length;
    const start = async (...flags: string[]): Promise<readonly [number | null, string]> => {
      const agent = new Agent(['start-agent', '--port', '0', ...flags]);
      try {
        const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
        await agent.sees(/is idle/);
        const { status, stdout, stderr } = await loadbot(['start', file, '-u', uri, '--follow']);
        return [status, stdout + stderr];
      } finally {
        agent.child.kill('SIGTERM');
        await agent.ended;
      }
    };
    const [refused, allowed] = await Promise.all([start(), start('--allow_functions')]);
    expect(refused).toEqual([104, expect.stringContaining('is code that would run in this process')]);
    expect(allowed[1]).toContain('40 requests, 0 errors');
    expect(server.received.slice(before).map(({ url }) => url)).toEqual(Array(40).fill('/sent'));
  });

  test('that a fleet refuses before anything is sent', async () => {
    const [workload, { directory = '' }] = workloadOf(`export const before_request = () => {};`);
    const file = workloadFile({ ...workload, functions: `${directory}/${basename(workload.functions ?? '')}` });
    // No bus listens there.
    const { status, stderr } = await loadbot([
      'run',
      file,
      '--allow_functions',
      '--agents',
      '1',
      '--bus',
      'nats://127.0.0.1:1',
    ]);
    expect([status, stderr]).toEqual([104, expect.stringContaining('agents of a fleet do not load functions')]);
  });

  test.each([
    ['export const befor_request = () => {};', 'exports `befor_request`, which no step calls'],
    ['export const before_request = 5;', '`before_request` must be a function'],
    ['export const reads_body = true;', 'it exports no function'],
    ['export const reads_body = 1; export const after_response = () => {};', '`reads_body` must be true or false'],
    ['throw new Error("at load")', 'at load'],
  ])('%s is refused', async (text, message) => {
    const [workload, { directory, allowFunctions }] = workloadOf(text);
    const { problems } = await validate(workload, { directory, allowFunctions });
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
  });

  test('that only HTTP has', async () => {
    const [workload, { directory, allowFunctions }] = workloadOf('export const before_request = () => {};', {
      http: undefined,
      collection: 'a',
    });
    const { problems } = await validate(
      { ...workload, connection_string: 'redis://127.0.0.1:1/0' },
      { directory, allowFunctions },
    );
    expect(problems).toMatchObject([
      {
        path: 'functions',
        message: expect.stringContaining('`before_request` changes requests over HTTP'),
        hint: 'use a step with `function` in a scenario, and its values in the request',
      },
    ]);
  });
});
