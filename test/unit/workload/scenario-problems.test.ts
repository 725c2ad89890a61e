import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Loading, problemsOf } from './loading.ts';

/** Problems of a scenario with these fields, as `path: message (hint)`. */
async function problems(job: object, workload: object = {}, loading: Loading = {}): Promise<string[]> {
  const file = { connection_string: 'http://127.0.0.1:1', jobs: [{ type: 'scenario', ...job }], ...workload };
  const found = await problemsOf(JSON.stringify(file), loading);
  return found.map(({ path, message, hint }) => `${path}: ${message}${hint === undefined ? '' : ` (${hint})`}`);
}

const MODULE: string = fileURLToPath(new URL('functions-module.mjs', import.meta.url));

const get = (name: string, path = '/', fields: object = {}): object => ({ name, http: { path }, ...fields });
const LOGIN = get('login', '/login', { capture: { token: '$.token' } });

describe('names', () => {
  test.each<[object, string[]]>([
    [
      { steps: [{ http: { path: '/' } }] },
      ['jobs[0].steps[0]: `name` is missing (name the step: its metrics have the label step="name")'],
    ],
    [
      { steps: [get('a'), { steps: [get('a')] }] },
      ['jobs[0].steps[1].steps[0].name: is the name of an earlier step of this job (give each step a name of its own)'],
    ],
    [
      { steps: [get('log in', '/', { capture: { token: '$.token' } })] },
      [
        'jobs[0].steps[0].name: a step with `capture` needs a name of letters, digits and _, for `#name.value` (such as "log_in")',
      ],
    ],
    [
      { steps: [get('user', '/', { capture: { id: '$.id' } })] },
      [
        'jobs[0].steps[0].name: `user` is reserved: #vars, #each, #user, #iteration are values of every scenario (choose another name)',
      ],
    ],
  ])('%j', async (job, expected) => {
    expect(await problems(job)).toEqual(expected);
  });
});

describe('values', () => {
  test.each<[object, string[]]>([
    [
      { steps: [get('a', '/#login.token'), LOGIN] },
      [
        'jobs[0].steps[0].http.path: `#login.token` is captured by a later step (use it after the step that captures it)',
      ],
    ],
    [
      { steps: [LOGIN, get('a', '/#login.tokn')] },
      ['jobs[0].steps[1].http.path: `#login.tokn` is not a value of this scenario (did you mean `login.token`?)'],
    ],
    [
      { steps: [LOGIN, get('a', '/#token')] },
      ['jobs[0].steps[1].http.path: `#token` is not a known tag (write `#login.token`)'],
    ],
    [
      { steps: [get('a', '/#token'), LOGIN] },
      ['jobs[0].steps[0].http.path: `#token` is not a known tag (write `#login.token`)'],
    ],
    [
      { variables: { stars: 1 }, steps: [get('a', '/#stars')] },
      ['jobs[0].steps[0].http.path: `#stars` is not a known tag (write `#vars.stars`)'],
    ],
    [
      { variables: { stars: 1 }, steps: [get('a', '/#vars.star')] },
      ['jobs[0].steps[0].http.path: `#vars.star` is not a value of this scenario (did you mean `vars.stars`?)'],
    ],
    [
      { steps: [get('a', '/', { expect: { json: { '$.a': '#login.token' } } }), LOGIN] },
      [
        'jobs[0].steps[0].expect.json["$.a"]: `#login.token` is captured by a later step (use it after the step that captures it)',
      ],
    ],
    [
      { steps: [LOGIN], after: [get('out', '/#login.token')] },
      [
        'jobs[0].after[0].http.path: `#login.token` is captured by a later step (use it after the step that captures it)',
      ],
    ],
    [
      { steps: [get('a', '/', { if: '#login.ok == 1' }), LOGIN] },
      [
        'jobs[0].steps[0].if: `#login.ok` is not a value of this scenario (values: #each.item, #each.index, #user.number, #user.iteration, #iteration.number)',
      ],
    ],
  ])('%j', async (job, expected) => {
    expect(await problems(job)).toEqual(expected);
  });
});

test('`http` of the workload may use `#user.number` if all jobs are scenarios', async () => {
  const http = { headers: { 'x-user': '#user.number' } };
  expect(await problems({ steps: [get('a')] }, { http })).toEqual([]);
  const jobs = [
    { type: 'scenario', steps: [get('a')] },
    { type: 'read', http: { path: '/' } },
  ];
  expect(await problems({}, { http, jobs })).toEqual([expect.stringContaining('http.headers["x-user"]: `#user')]);
});

describe('forms', () => {
  test.each<[object, string]>([
    [{ steps: [] }, 'jobs[0].steps: must hold at least one step'],
    [{}, 'jobs[0].steps: `steps` is missing'],
    [
      { steps: [get('a', '/', { repeat: 0 })] },
      'jobs[0].steps[0].repeat: must be a number from 1 to 10000, or a range such as "#int(2,4)"; it is 0',
    ],
    [
      { steps: [get('a', '/', { repeat: 100_000 })] },
      'jobs[0].steps[0].repeat: must be a number from 1 to 10000, or a range such as "#int(2,4)"; it is 100000',
    ],
    [{ steps: [get('a', '/', { chance: 0 })] }, 'jobs[0].steps[0].chance: must be a share above 0, at most 1; it is 0'],
    [
      { steps: [get('a', '/', { if: 'x > 1' })] },
      'jobs[0].steps[0].if: must be a condition on a value, such as `#search.count > 0`',
    ],
    [{ steps: [get('a', '/', { capture: { id: '$.[x' } })] }, 'jobs[0].steps[0].capture.id: `$.[x` is not a JSON path'],
    [{ steps: [get('a', '/', { expect: { json: { '$[': 1 } } })] }, '`$[` is not a JSON path'],
    [{ steps: [get('a', '/', { expect: { duration: '500ms' } })] }, 'must be a bound such as "< 500ms"'],
    [{ steps: [get('a', '/', { think_time: { uniform: ['2s', '1s'] } })] }, 'must begin with the shorter duration'],
    [
      { steps: [get('a', '/', { repeat: 2, for_each: '#each.item' })] },
      'jobs[0].steps[0].repeat: `repeat` and `for_each` are both given; each repeats the step (keep one of the two)',
    ],
    [
      { steps: [{ steps: [get('a')], http: { path: '/' } }] },
      '`http` does not apply to a step with `steps`, which has no request of its own (put it into the steps inside)',
    ],
    [{ steps: [{ one_of: [{ steps: [get('a')] }] }] }, 'must hold at least two branches'],
    [{ steps: [{ steps: [get('a', '/', { steps: [get('b')] })] }] }, '`steps` is not a known field'],
    [
      { steps: [get('a')], transaction: {} },
      'jobs[0].transaction: `transaction` does not apply to HTTP, which has no transactions (leave it out)',
    ],
  ])('%j: %s', async (job, expected) => {
    const found = await problems(job);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });
});

describe('transactions of Redis', () => {
  const REDIS = { connection_string: 'redis://127.0.0.1:1' };
  const set = (name: string, fields: object = {}): object => ({ name, command: 'SET a b', ...fields });
  const WHY =
    'needs the reply of a command, but Redis answers the steps of a transaction with QUEUED and executes them at its commit (leave it out, move the step to `before` or `after`, or remove `transaction`)';
  const expected = { expect: { name: 'x', duration: '< 1s', rows: 1, json: { $: 'OK' } } };
  const captured = { capture: { value: '$' } };

  test('refuse captures and checks of replies in their steps', async () => {
    const steps = [
      set('a', expected),
      { steps: [set('b', captured)] },
      { one_of: [{ steps: [set('c', captured)] }, { steps: [set('d')] }] },
    ];
    expect(await problems({ steps, transaction: {} }, REDIS)).toEqual([
      `jobs[0].steps[0].expect.rows: ${WHY}`,
      `jobs[0].steps[0].expect.json: ${WHY}`,
      `jobs[0].steps[1].steps[0].capture: ${WHY}`,
      `jobs[0].steps[2].one_of[0].steps[0].capture: ${WHY}`,
    ]);
    expect(await problems({ steps: [set('a')], transaction: {}, expect: { rows: 1 } }, REDIS)).toEqual([
      `jobs[0].expect.rows: ${WHY}`,
    ]);
  });

  test('allow them outside of the transaction, and checks of the duration', async () => {
    const around = [set('b', { ...expected, ...captured })];
    const job = { before: around, steps: [set('a', { expect: { duration: '< 1s' } })], after: [set('c', expected)] };
    expect(await problems({ ...job, transaction: {}, operations: 1 }, REDIS)).toEqual([]);
    expect(await problems({ steps: around, operations: 1 }, REDIS)).toEqual([]);
  });
});

describe('functions', () => {
  const call = (fields: object = {}): object => ({ function: 'sign', ...fields });

  test.each<[object, string[]]>([
    [
      { steps: [call(), get('a')] },
      [
        'jobs[0].steps[0].function: `sign` is a function, but the workload names no module (name it in the field `functions`: see docs/functions.md)',
      ],
    ],
    [
      { steps: [call({ http: { path: '/' } }), get('a')] },
      [
        'jobs[0].steps[0].function: `sign` is a function, but the workload names no module (name it in the field `functions`: see docs/functions.md)',
        'jobs[0].steps[0].http: `http` does not apply to a step with `function`, which has no request of its own (put it into a step with a request)',
      ],
    ],
    [
      { steps: [{ one_of: [{ steps: [get('a')] }, { steps: [get('b'), call({ capture: {} })] }] }] },
      [
        'jobs[0].steps[0].one_of[1].steps[1].capture: `capture` does not apply to a step with `function`, which has no request of its own (put it into a step with a request)',
        'jobs[0].steps[0].one_of[1].steps[1].function: `sign` is a function, but the workload names no module (name it in the field `functions`: see docs/functions.md)',
      ],
    ],
    [
      { steps: [get('sign'), call({ steps: [get('b')] })] },
      [
        'jobs[0].steps[1].function: `steps` and `function` are both given; a step does one of the two (put the function into a step of its own)',
      ],
    ],
    [
      { steps: [{ function: 'a b' }, get('a')] },
      ['jobs[0].steps[0].function: must be the name of an exported function: letters, digits and _; it is "a b"'],
    ],
  ])('%j', async (job, expected) => {
    const found = await problems(job);
    expect(found.toSorted()).toEqual(expected);
  });

  const withModule = { functions: MODULE };

  test.each<[object, string[]]>([
    [{ steps: [call(), get('a', '/#sign.any')] }, []],
    [
      { steps: [call({ function: 'sing' }), get('a')] },
      ['jobs[0].steps[0].function: the module has no function `sing` (did you mean `sign`?)'],
    ],
    [
      { steps: [call({ function: 'after_response' }), get('a')] },
      [
        'jobs[0].steps[0].function: `after_response` is called for each request or response, not by a step (leave the step out, or give the function another name)',
      ],
    ],
    [
      { steps: [call()] },
      [
        'jobs[0].steps: has only functions; a scenario sends at least one request (add a step with a request, or move the functions to `before`)',
      ],
    ],
    [
      { steps: [get('a', '/#sign.any'), call()] },
      ['jobs[0].steps[0].http.path: `#sign.any` is captured by a later step (use it after the step that captures it)'],
    ],
    [
      { steps: [call(), call(), get('a')] },
      ['jobs[0].steps[1].function: is the name of an earlier step of this job (give each step a name of its own)'],
    ],
  ])('of a module: %j', async (job, expected) => {
    expect(await problems(job, withModule, { allowFunctions: true })).toEqual(expected);
  });
});
