import { describe, expect, test } from 'vitest';
import { failureOf, line } from '../config/loading.ts';
import { planJob } from './planning.ts';

const CSV = 'email,full name,age\n"a@x","Doe, ""J""",5\r\nb@x,,6\n\n';
const NDJSON = '{ "email": "a@x", "age": 5 }\n\n{ "email": "b@x", "tags": ["t"] }\n';

/** The plan of a job whose filter names these columns of a feeder. */
function planFeeder(
  file: string,
  content: string | Error,
  filter: object = { email: '#users.email' },
  feeder: object = {},
) {
  const readFile = (path: string): string => {
    if (!path.endsWith(`/${file}`)) throw new Error(`unexpected ${path}`);
    if (content instanceof Error) throw content;
    return content;
  };
  const feeders = [{ name: 'users', file, ...feeder }];
  return planJob({ filter }, { feeders }, { surroundings: { readFile } });
}

describe('feeders', () => {
  test('are read from CSV: text, with quotes, blanks and any line ends', async () => {
    const job = await planFeeder('users.csv', `\u{FEFF}${CSV}`, { email: '#users.email', age: '#users.age' });
    expect(job.feeders).toEqual([
      { name: 'users', order: 'sequential', columns: { email: ['a@x', 'b@x'], age: ['5', '6'] } },
    ]);
  });

  test('are read from NDJSON: any values, null where there is none', async () => {
    const filter = { email: '#users.email', age: '#users.age', tags: '#users.tags' };
    const job = await planFeeder('users.ndjson', NDJSON, filter, { order: 'random' });
    expect(job.feeders).toEqual([
      { name: 'users', order: 'random', columns: { email: ['a@x', 'b@x'], age: [5, null], tags: [null, ['t']] } },
    ]);
  });

  test('hold what rows say and nothing that every object has', async () => {
    const rows = '{ "email": "a@x", "constructor": 1, "__proto__": 2 }\n{ "email": "b@x" }\n';
    const filter = { a: '#users.constructor', b: '#users.__proto__' };
    const job = await planFeeder('users.ndjson', rows, filter);
    expect(Object.entries(job.feeders[0]?.columns ?? {})).toEqual([
      ['constructor', [1, null]],
      ['__proto__', [2, null]],
    ]);
  });

  test('go only to the jobs that name them, with the columns that they name', async () => {
    expect((await planFeeder('users.csv', CSV)).feeders).toMatchObject([{ columns: { email: ['a@x', 'b@x'] } }]);
    expect(Object.keys((await planFeeder('users.csv', CSV)).feeders[0]?.columns ?? {})).toEqual(['email']);
    expect((await planFeeder('users.csv', CSV, { a: 1 })).feeders).toEqual([]);
  });

  test('are frozen', async () => {
    const [feeder] = (await planFeeder('users.csv', CSV)).feeders;
    expect(Object.isFrozen(feeder?.columns['email'])).toBe(true);
  });

  test.each([
    [
      'users.csv',
      Object.assign(new Error('no'), { code: 'ENOENT' }),
      'feeders[0].file: cannot read users.csv: there is no such file (relative to the workload file)',
    ],
    ['users.csv', '', 'feeders[0].file: users.csv has no rows'],
    ['users.csv', 'email\n', 'feeders[0].file: users.csv has no rows'],
    ['users.ndjson', '\n', 'feeders[0].file: users.ndjson has no rows'],
    [
      'users.ndjson',
      '{}\n[1]\n',
      'feeders[0].file: users.ndjson, line 2 is no object (each line is one: { "email": "a@example.com" })',
    ],
    ['users.csv', 'a,b\n1\n', /^feeders\[0\]\.file: users\.csv is no CSV: Invalid Record Length.*line 2/],
    ['users.csv', 'a,b\n"1,2\n', /^feeders\[0\]\.file: users\.csv is no CSV: Quote Not Closed/],
    // A link of that name may lead to any file, whose lines are not for the one who asks.
    ['users.ndjson', '{ "a": 1 }\nroot:secret\n', 'feeders[0].file: users.ndjson, line 2 is no JSON'],
    [
      'users.csv',
      'emial\nx\n',
      'jobs[0].filter.email: the feeder `users` has no column `email` (did you mean `emial`?)',
    ],
    ['users.csv', 'a,b\n1,2\n', 'jobs[0].filter.email: the feeder `users` has no column `email` (columns: a, b)'],
  ])('%s with %j', async (file, content, problem) => {
    const error = await failureOf(planFeeder(file, content));
    expect(error.code).toBe('config_invalid');
    const [found, ...others] = error.problems.map((one) => line(one).replace(/^load\.jsonc:\S+ /, ''));
    expect(others).toEqual([]);
    if (typeof problem === 'string') expect(found).toBe(problem);
    else expect(found).toMatch(problem);
  });

  test('have a bound', async () => {
    const error = await failureOf(planFeeder('users.csv', `a\n${'x'.repeat(64 * 1024 ** 2)}`));
    expect(error.problems.map((one) => one.message)).toEqual(['users.csv is larger than 64 MiB']);
  });
});
