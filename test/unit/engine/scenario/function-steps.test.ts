import { describe, expect, test } from 'vitest';
import { SimulatedRun } from './simulated-run.ts';

const step = (name: string, path: string, more: object = {}): object => ({ name, http: { path }, ...more });

describe('values that a function returns', () => {
  test('are values of its step, with their types', async () => {
    const run = await SimulatedRun.start(
      {
        connections: 2,
        operations: 4,
        steps: [{ function: 'sign' }, step('a', '/#sign.text/#sign.number/#user.number')],
      },
      {
        functions: `export const sign = ({ iteration }) => ({ text: 'i' + iteration, number: 0.5, unused: [1, { a: null }] });`,
      },
    );
    await run.finish();
    expect(run.requests.map(({ path }) => path.split('/').slice(1, 3).join(' '))).toEqual(
      ['i0 0.5', 'i1 0.5', 'i2 0.5', 'i3 0.5'].toSorted(),
    );
    expect(run.tally().ok).toBe(4);
    expect(run.tally('a').ok).toBe(4);
  });

  test('control the steps, and have no value before the call of the iteration', async () => {
    const run = await SimulatedRun.start(
      {
        operations: 4,
        steps: [
          { function: 'choose', if: '#iteration.number != 2' },
          step('even', '/', { if: '#choose.even == true' }),
          step('none', '/', { if: '#choose.even absent' }),
          { for_each: '#choose.list', steps: [step('each', '/#each.item')], if: '#choose.list present' },
        ],
      },
      {
        functions: `export const choose = ({ iteration }) =>
          ({ even: iteration % 2 === 0, list: Array(iteration).fill('x' + iteration) });`,
      },
    );
    await run.finish();
    expect(run.requests.map((one) => (one.step === 'each' ? one.path : one.step))).toEqual([
      'even', // 0
      '/x1', // 1
      'none', // 2
      '/x3',
      '/x3',
      '/x3',
    ]);
    expect(run.failures).toEqual([]);
  });

  test('of `before` belong to the user, and of each user alone', async () => {
    const run = await SimulatedRun.start(
      {
        connections: 3,
        operations: 9,
        before: [{ function: 'key' }, step('in', '/in')],
        steps: [step('a', '/#key.key')],
      },
      { functions: `export const key = ({ user, iteration }) => ({ key: 'k' + user + iteration });`, threads: 2 },
    );
    await run.finish();
    const paths = run.requests.filter((one) => one.step === 'a').map((one) => [one.path, one.user] as const);
    expect(paths).toHaveLength(9);
    for (const [path, user] of paths) expect(path).toBe(`/k${user}undefined`);
  });
});

describe('context', () => {
  test('has captures and variables, which the function may set for the rest of the iteration', async () => {
    const run = await SimulatedRun.start(
      {
        operations: 3,
        variables: { total: 1, name: '#pick(x)' },
        steps: [
          step('first', '/#vars.total/#vars.name', { capture: { id: '$.id' } }),
          { function: 'add' },
          step('second', '/#vars.total/#vars.name'),
        ],
      },
      {
        answer: () => ({ json: { id: 40 } }),
        functions: `export function add({ vars, captures, job, step }) {
          vars.total += captures.first.id;
          vars.name = [job, step, Object.keys(captures).length].join('-');
        }`,
      },
    );
    await run.finish();
    expect(run.requests.map(({ path }) => path)).toEqual([1, 2, 3].flatMap(() => ['/1/x', '/41/j-add-1']));
  });

  test('has random numbers that follow from the seed, on any number of threads', async () => {
    const paths = async (threads: number): Promise<readonly string[]> => {
      const run = await SimulatedRun.start(
        { connections: 4, operations: 20, steps: [{ function: 'draw', repeat: 2 }, step('a', '/#draw.a/#draw.b')] },
        { threads, functions: `export const draw = ({ random }) => ({ a: random(), b: random() });` },
      );
      await run.finish();
      return run.requests.map(({ path }) => path).toSorted();
    };
    const first = await paths(1);
    expect(new Set(first.flatMap((path) => path.slice(1).split('/'))).size).toBe(40);
    expect(await paths(2)).toEqual(first);
  });

  test('records metrics of the whole scenario', async () => {
    const run = await SimulatedRun.start(
      { operations: 5, before: [{ function: 'count' }], steps: [step('a', '/'), { function: 'count', name: 'again' }] },
      {
        workload: { custom_metrics: { orders_total: { type: 'counter' } } },
        functions: `export const count = ({ metric }) => { metric('orders_total', 2); };`,
      },
    );
    await run.finish();
    expect(run.tally().metrics[0]).toMatchObject({ total: 10 });
  });
});

describe('a function that fails', () => {
  test.each([
    [`() => { throw new Error('no key'); }`, 'function f threw: no key'],
    [`() => 5`, 'function f returned 5; a step returns an object of values, or nothing'],
    [
      `async () => ({})`,
      'function f returned a promise; functions cannot wait; a step returns an object of values, or nothing',
    ],
    [`() => [1]`, 'function f returned a list; a step'],
    [`() => ({ a: () => 1 })`, 'function f returned `a`, which is not a JSON value'],
    [`() => ({ a: [{ b: NaN }] })`, 'function f returned `a[0].b`, which is not a JSON value'],
    [`() => ({ 'a b': 1 })`, 'function f returned `a b`, which is not a name of letters, digits and _'],
    [`() => { const a = []; a.push(a); return { a }; }`, 'which is too deep or too large'],
    [`({ vars }) => { vars.x = 1; }`, 'function f set `vars.x`, which does not exist: `variables` has v'],
    [`({ vars }) => { vars.v = new Date(); }`, 'function f set `vars.v`, which is not a JSON value'],
    [`({ captures }) => { captures.login.token = 1; }`, 'function f threw: Cannot assign to read only property'],
    [`({ metric }) => metric('x', 1)`, 'function f threw: metric x is not declared in `custom_metrics`'],
  ])('%s: ends the iteration', async (text, message) => {
    const run = await SimulatedRun.start(
      {
        operations: 3,
        variables: { v: 1 },
        before: [step('login', '/', { capture: { token: '$.token' } })],
        steps: [step('a', '/'), { function: 'f' }, step('b', '/')],
      },
      { functions: `export const f = ${text};`, answer: () => ({ json: { token: {} } }) },
    );
    await run.finish();
    expect(run.steps).toEqual(['login', 'a', 'a', 'a']);
    expect(run.tally().errors.workload).toBe(3);
    expect(run.tally('a')).toMatchObject({ ok: 3 });
    expect(run.failures.map((failure) => failure.message)).toEqual([expect.stringContaining(message)]);
    expect(run.failures[0]?.errorClass).toBe('workload');
  });

  test('is skipped with `on_error: continue`, and has set nothing', async () => {
    const run = await SimulatedRun.start(
      {
        operations: 2,
        on_error: 'continue',
        variables: { v: 1 },
        steps: [{ function: 'f' }, step('a', '/#vars.v'), step('b', '/#f.x')],
      },
      { functions: `export const f = ({ vars }) => { vars.v = 2; throw new Error('no'); };` },
    );
    run.requests.length = 0;
    await run.finish();
    expect(run.tally('a').ok).toBe(2);
    expect(run.tally().errors.workload).toBe(2);
  });

  test('in `before` fails the user, whose next iteration calls it again', async () => {
    const run = await SimulatedRun.start(
      { operations: 3, before: [{ function: 'f' }], steps: [step('a', '/')] },
      { functions: `let calls = 0; export const f = () => { if (calls++ < 2) throw new Error('no'); };` },
    );
    await run.finish();
    expect(run.tally().errors.workload).toBe(1);
    expect(run.tally('a').ok).toBe(2);
    expect(run.failures[0]?.message).toBe('function f threw: no');
  });
});
