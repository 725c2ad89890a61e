import { describe, expect, test } from 'vitest';
import { errorsOf, percentileOf } from '../../../../src/recorder/snapshot.ts';
import { failure } from '../../../../src/shared/outcome.ts';
import { SimulatedRun } from './simulated-run.ts';

const step = (name: string, fields: object = {}): object => ({ name, http: { path: `/${name}` }, ...fields });
const STATUS_500 = failure('status_5xx');
const RESET = failure('reset');

describe('an iteration', () => {
  test('sends its steps in order, and counts them and itself', async () => {
    const run = await (await SimulatedRun.start({ operations: 3, steps: [step('a'), step('b')] })).finish();
    expect(run.steps).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect([run.tally().ok, run.tally('a').ok, run.tally('b').ok]).toEqual([3, 3, 3]);
    expect(run.tally().service.maxSeconds).toBeCloseTo(0.02, 5);
  });

  test('has a duration without think time, and the next one starts after the pause', async () => {
    const steps = [step('a', { think_time: '1s' }), step('b', { think_time: '500ms' })];
    const run = await (await SimulatedRun.start({ operations: 2, think_time: '2s', steps })).finish();
    expect(run.tally().service.maxSeconds).toBeCloseTo(0.02, 5);
    expect(run.requests.map(({ atMs }) => atMs - (run.requests[0]?.atMs ?? 0))).toEqual([0, 1010, 3520, 4530]);
  });

  test('has a response time from its intended start, as its first step has', async () => {
    // One user at 10 iterations/s of 200 ms each: the iterations fall behind by 100 ms each.
    const job = { pace: 10, operations: 5, steps: [step('a'), step('b')] };
    const run = await (await SimulatedRun.start(job, { answer: () => ({ tookMs: 100 }) })).finish();
    expect(run.tally().service.maxSeconds).toBeCloseTo(0.2, 5);
    expect(run.tally().response?.maxSeconds).toBeCloseTo(0.6, 5);
    expect(run.tally('a').response?.maxSeconds).toBeCloseTo(0.5, 5);
    expect(run.tally('b').response).toBeUndefined();
    expect(percentileOf(run.tally('b').service, 100)).toBeCloseTo(0.1, 3);
  });

  test('has timeouts for each request, not for the iteration', async () => {
    const job = { operations: 2, timeout: '150ms', steps: [step('a'), step('b'), step('slow')] };
    const answer = ({ step }: { step: string }): object => ({ tookMs: step === 'slow' ? 1000 : 100 });
    const run = await (await SimulatedRun.start(job, { answer })).finish();
    expect(run.tally('slow').errors.timeout).toBe(2);
    expect(run.tally().errors.timeout).toBe(2);
    expect(run.tally().service.maxSeconds).toBeCloseTo(0.35, 5);
    expect(run.failures[0]?.message).toBe('slow: no answer within 150ms');
  });

  test('ends at a failed step, or continues with the next one', async () => {
    const answer = ({ step }: { step: string }): object => ({ outcome: step === 'a' ? STATUS_500 : 0 });
    const job = { operations: 2, steps: [step('a'), step('b')] };
    const ended = await (await SimulatedRun.start(job, { answer })).finish();
    expect(ended.steps).toEqual(['a', 'a']);
    expect([errorsOf(ended.tally()), ended.tally().ok]).toEqual([2, 0]);
    const continued = await (await SimulatedRun.start({ ...job, on_error: 'continue' }, { answer })).finish();
    expect(continued.steps).toEqual(['a', 'b', 'a', 'b']);
    expect([errorsOf(continued.tally()), continued.tally('b').ok]).toEqual([2, 2]);
  });

  test('finishes within the drain time after a stop, and is aborted after it', async () => {
    const job = { duration: '1m', drain: '1s', steps: [step('a', { think_time: '500ms' }), step('b')] };
    const graceful = await SimulatedRun.start(job);
    graceful.clock.pass(100);
    graceful.stop();
    await graceful.finish();
    expect([graceful.tally().ok, graceful.tally('b').ok, graceful.tally().aborted]).toEqual([1, 1, 0]);
    expect(graceful.tally().service.maxSeconds).toBeCloseTo(0.02, 5);
    const last = await SimulatedRun.start({ ...job, steps: [step('a', { think_time: '1m' })] });
    last.clock.pass(100);
    last.stop();
    await last.finish();
    // The pause after the last step is cut off, and no part of the duration.
    expect(last.tally().ok).toBe(1);
    expect(last.tally().service.maxSeconds).toBeCloseTo(0.01, 5);
    const cut = await SimulatedRun.start({ ...job, steps: [step('a', { think_time: '1m' }), step('b')] });
    cut.clock.pass(100);
    cut.stop();
    await cut.finish();
    expect([cut.tally().ok, cut.tally().aborted, cut.tally('a').ok]).toEqual([0, 1, 1]);
  });
});

describe('a user', () => {
  const LOGIN = step('login', { capture: { token: '$.token' } });
  const answer = ({ step, user }: { step: string; user: number }): object =>
    step === 'login' ? { json: { token: `t${user}` } } : {};

  test('runs `before` once, whose values are in every iteration, and `after` once', async () => {
    const job = {
      connections: 3,
      operations: 30,
      before: [LOGIN],
      steps: [{ name: 'a', http: { path: '/a/#login.token/#user.number' } }],
      after: [{ name: 'logout', http: { path: '/out/#login.token' } }],
    };
    const run = await (await SimulatedRun.start(job, { answer, threads: 2 })).finish();
    expect(run.steps.filter((name) => name === 'login')).toHaveLength(3);
    expect(run.steps.filter((name) => name === 'logout')).toHaveLength(3);
    const paths = run.requests.filter(({ step }) => step === 'a');
    expect(paths).toHaveLength(30);
    for (const { path, user } of paths) expect(path).toBe(`/a/t${user}/${user}`);
    expect([run.tally().ok, run.tally('a').ok]).toEqual([30, 30]);
  });

  test('repeats a failed `before` in its next iteration', async () => {
    let logins = 0;
    const run = await SimulatedRun.start(
      { operations: 3, before: [LOGIN], steps: [step('a')] },
      { answer: ({ step }) => (step === 'login' && ++logins < 3 ? { outcome: STATUS_500 } : { json: { token: 't' } }) },
    );
    await run.finish();
    expect(run.steps).toEqual(['login', 'login', 'login', 'a', 'a']);
    expect([run.tally().ok, run.tally().errors.status_5xx]).toEqual([2, 1]);
    // One ahead of the load, one in the first iteration.
    expect(run.tally().beforeFailures).toBe(2);
    expect(run.failures[0]?.message).toMatch(/^login: /);
  });

  test('is new in each iteration with session "iteration"', async () => {
    const job = { session: 'iteration', operations: 3, before: [LOGIN], steps: [step('a')], after: [step('out')] };
    const run = await (await SimulatedRun.start(job, { answer })).finish();
    expect(run.steps).toEqual(['login', 'a', 'out', 'login', 'a', 'out', 'login', 'a', 'out']);
    expect(run.calls.filter((call) => call === 'forget 0')).toHaveLength(3);
    // The first iteration uses the connection that was opened ahead.
    expect(run.calls.filter((call) => call === 'reconnect 0').length).toBeGreaterThanOrEqual(2);
  });
});

describe('the flow', () => {
  const FLOW = [
    step('often', { chance: 0.7 }),
    {
      one_of: [
        { weight: 3, steps: [step('x')] },
        { weight: 1, steps: [step('y'), step('z')] },
      ],
    },
    { name: 'page', repeat: '#int(1,3)', http: { path: '/page/#each.index/#int(1,1000000)' } },
  ];

  test('is the same for a seed on 1 and on 4 threads', async () => {
    const sent = async (threads: number): Promise<string[]> => {
      const run = await SimulatedRun.start({ connections: 8, operations: 400, steps: FLOW }, { threads });
      await run.finish();
      return run.requests.map(({ step, path, sequence }) => `${step} ${sequence} ${path}`).toSorted();
    };
    const [one, four] = [await sent(1), await sent(4)];
    expect(one.length).toBeGreaterThan(1400);
    expect(four).toEqual(one);
  });

  test('keeps the shares of chances and branches, and the range of repetitions', async () => {
    const run = await (await SimulatedRun.start({ connections: 8, operations: 4000, steps: FLOW })).finish();
    const share = (name: string): number => run.tally(name).ok / 4000;
    expect(Math.abs(share('often') - 0.7)).toBeLessThan(0.03);
    expect(Math.abs(share('x') - 0.75)).toBeLessThan(0.03);
    expect(run.tally('y').ok).toBe(run.tally('z').ok);
    expect(run.tally('x').ok + run.tally('y').ok).toBe(4000);
    expect(Math.abs(share('page') - 2)).toBeLessThan(0.06);
    const numbers = run.requests.filter(({ step }) => step === 'page').map(({ path }) => path);
    expect(new Set(numbers).size).toBeGreaterThan(numbers.length * 0.99);
  });

  test('repeats for each element of a captured list, and follows conditions', async () => {
    const steps = [
      step('list', { capture: { ids: '$.ids', more: '$.more' } }),
      { for_each: '#list.ids', steps: [{ name: 'item', http: { path: '/#each.item/#each.index' } }] },
      step('next', { if: '#list.more == true' }),
      step('last', { if: '#list.more != true' }),
    ];
    let lists = 0;
    const run = await SimulatedRun.start(
      { operations: 2, steps },
      {
        answer: ({ step }) =>
          step === 'list' ? { json: { ids: lists++ === 0 ? ['a', 'b'] : [], more: lists === 1 } } : {},
      },
    );
    await run.finish();
    expect(run.requests.map(({ path }) => path)).toEqual(['/list', '/a/0', '/b/1', '/next', '/list', '/last']);
  });

  test('fails a step whose capture is absent, with the name of the step', async () => {
    const steps = [step('a', { capture: { id: '$.id' } }), step('b')];
    const run = await (await SimulatedRun.start({ operations: 2, steps })).finish();
    expect([run.tally('a').errors.check, run.tally().errors.check, run.tally('b').started]).toEqual([2, 2, 0]);
    expect(run.failures[0]?.message).toBe('a: capture id: $.id is absent');
  });

  test('checks every step by the expect of the job, unless it has its own', async () => {
    const job = {
      operations: 2,
      on_error: 'continue',
      expect: { json: { '$.ok': true } },
      before: [step('login')],
      steps: [step('a'), step('b', { expect: { json: { '$.ok': { absent: true } } } })],
    };
    const run = await (await SimulatedRun.start(job)).finish();
    expect([run.tally('a').errors.check, run.tally('b').ok, run.failures.length]).toEqual([2, 2, 1]);
  });

  test('compares with values of the iteration', async () => {
    const steps = [
      step('a', { capture: { name: '$.name' } }),
      step('b', { expect: { json: { '$.name': '#a.name', '$.user': { equal: '#user.number' } } } }),
    ];
    let sent = 0;
    const run = await SimulatedRun.start(
      { connections: 2, operations: 10, steps },
      { answer: ({ step, user }) => ({ json: { name: step === 'b' && sent++ === 3 ? 'x' : `n${user}`, user } }) },
    );
    await run.finish();
    expect([run.tally('b').ok, run.tally('b').errors.check]).toEqual([9, 1]);
    expect(run.failures[0]?.message).toBe('b: $.name: expected "n1", got "x"');
  });

  test('counts failed checks by name', async () => {
    const checked = { expect: { name: 'no errors', json: { '$.errors': { absent: true } } } };
    let sent = 0;
    const run = await SimulatedRun.start(
      { operations: 10, steps: [step('a', checked)] },
      { answer: () => ({ json: sent++ % 2 === 0 ? { errors: ['x'] } : {} }) },
    );
    await run.finish();
    expect([run.tally('a').errors.check, run.tally('a').ok]).toEqual([5, 5]);
    expect(run.tally('a').checks).toEqual({ 'no errors': 5 });
    expect(run.failures[0]?.message).toBe('a: no errors: $.errors: expected absent, got ["x"]');
  });
});

describe('a transaction', () => {
  const WORKLOAD = { connection_string: 'postgres://u@127.0.0.1/d' };
  const SQL = [
    { name: 'a', sql: 'UPDATE t SET n = 1' },
    { name: 'b', sql: 'SELECT 1' },
  ];

  test('repeats a deadlock as often as allowed, after a rollback', async () => {
    let left = 2;
    const run = await SimulatedRun.start(
      { operations: 1, transaction: { retries: 3 }, steps: SQL },
      {
        workload: WORKLOAD,
        answer: ({ step }) => (step === 'b' && left-- > 0 ? { outcome: failure('driver'), detail: 'deadlock' } : {}),
      },
    );
    await run.finish();
    const failed = ['begin', 'a', 'b', 'rollback'];
    expect(run.steps).toEqual([...failed, ...failed, 'begin', 'a', 'b', 'commit']);
    expect([run.tally().ok, run.tally().retries, run.tally('b').details]).toEqual([1, 2, { deadlock: 2 }]);
  });

  test('waits before each repetition for a random time, whose limit doubles', async () => {
    const RETRIES = 12;
    const waits = async (seed: number): Promise<number[]> => {
      const run = await SimulatedRun.start(
        { operations: 1, transaction: { retries: RETRIES }, steps: SQL },
        {
          workload: { ...WORKLOAD, seed },
          answer: ({ step }) => (step === 'a' ? { outcome: failure('driver'), detail: 'serialization' } : {}),
        },
      );
      await run.finish();
      const times = (name: string): number[] =>
        run.requests.filter(({ step }) => step === name).map(({ atMs }) => atMs);
      const begins = times('begin');
      expect(begins).toHaveLength(RETRIES + 1);
      const pauses = times('rollback')
        .slice(0, RETRIES)
        .map((atMs, index) => (begins[index + 1] ?? NaN) - atMs - 10);
      // The pauses are part of the iteration's duration.
      const requestsMs = run.requests.length * 10;
      const pausesMs = pauses.reduce((sum, ms) => sum + ms, 0);
      expect(run.tally().service.maxSeconds).toBeCloseTo((requestsMs + pausesMs) / 1000, 6);
      return pauses;
    };
    const pauses = await waits(1);
    for (const [index, ms] of pauses.entries()) {
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThan(Math.min(2 * 2 ** index, 100));
    }
    expect(Math.max(...pauses)).toBeGreaterThan(10);
    expect(new Set(pauses).size).toBe(RETRIES);
    expect(await waits(1)).toEqual(pauses);
    expect(await waits(2)).not.toEqual(pauses);
  });

  test('is aborted while it waits for a repetition', async () => {
    const job = { duration: '1m', drain: '0s', transaction: { retries: 1000 }, steps: SQL };
    const answer = ({ step }: { step: string }): object =>
      step === 'a' ? { tookMs: 0, outcome: failure('driver'), detail: 'deadlock' } : { tookMs: 0 };
    const run = await SimulatedRun.start(job, { workload: WORKLOAD, answer });
    run.clock.pass(1000);
    const sent = run.requests.length;
    run.stop();
    await run.finish();
    expect([run.tally().aborted, run.tally().ok, errorsOf(run.tally())]).toEqual([1, 0, 0]);
    expect(run.requests).toHaveLength(sent);
  });

  test('fails when no repetition is left, or for another reason', async () => {
    const start = (detail: 'deadlock' | 'constraint'): Promise<SimulatedRun> =>
      SimulatedRun.start(
        { operations: 1, transaction: { retries: 1 }, steps: SQL },
        {
          workload: WORKLOAD,
          answer: ({ step }) => (step === 'a' ? { outcome: failure('driver'), detail } : {}),
        },
      );
    const deadlock = await (await start('deadlock')).finish();
    expect(deadlock.steps).toEqual(['begin', 'a', 'rollback', 'begin', 'a', 'rollback']);
    expect(deadlock.tally().errors.driver).toBe(1);
    const constraint = await (await start('constraint')).finish();
    expect(constraint.steps).toEqual(['begin', 'a', 'rollback']);
    expect(constraint.tally().details).toEqual({ constraint: 1 });
  });

  test('is not rolled back on a lost connection', async () => {
    const run = await SimulatedRun.start(
      { operations: 2, transaction: {}, steps: SQL },
      { workload: WORKLOAD, answer: ({ step }) => (step === 'b' ? { outcome: RESET } : {}) },
    );
    await run.finish();
    expect(run.steps).toEqual(['begin', 'a', 'b', 'begin', 'a', 'b']);
    expect(run.calls).toEqual(['reconnect 0', 'reconnect 0']);
  });
});
