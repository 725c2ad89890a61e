import { describe, expect, test } from 'vitest';
import type { FeederTable } from '../../../../../src/shared/feeder-table.ts';
import type { Json } from '../../../../../src/shared/json.ts';
import { type Feeder, feederTags } from '../../../../../src/data/feeder.ts';
import { failureOf, line } from '../../loading.ts';
import { planJob } from '../../planning.ts';

const CSV = 'email,full name,age\n"a@x","Doe, ""J""",5\r\nb@x,,6\n\n';
const NDJSON = '{ "email": "a@x", "age": 5 }\n\n{ "email": "b@x", "tags": ["t"] }\n';

/** The plan of a job whose filter names these columns of a feeder. */
function planFeeder(
  file: string,
  content: string | Buffer | Error,
  filter: object = { email: '#users.email' },
  feeder: object = {},
) {
  const readBytes = (path: string): Buffer => {
    if (!path.endsWith(`/${file}`)) throw new Error(`unexpected ${path}`);
    if (content instanceof Error) throw content;
    return Buffer.from(content);
  };
  const feeders = [{ name: 'users', file, ...feeder }];
  return planJob({ filter }, { feeders }, { surroundings: { readBytes } });
}

const itself = (number: number): number => number;
const NUMBERS = { default: itself, request: itself, iteration: itself, user: itself };

/** Values of a feeder's tags for each of its rows, or their JSON text. */
function rowsOf(feeder: Feeder | undefined, form: 'value' | 'json' = 'value'): Record<string, Json[]> {
  const { name, table } = feeder ?? fail();
  const tags = feederTags([{ name, per: 'request', order: 'sequential', table }], 1, NUMBERS);
  return Object.fromEntries(
    [...tags].map(([tagName, tagOf]) => {
      const tag = tagOf();
      const render = form === 'value' ? tag.value : (tag.json ?? ((row: number) => `"${tag.escaped(row)}"`));
      return [tagName.slice(name.length + 1), Array.from({ length: table.rows }, (_, row) => render(row))];
    }),
  );
}

function fail(): never {
  throw new Error('there is no feeder');
}

describe('feeders', () => {
  test('are read from CSV: text, with quotes, blanks and any line ends', async () => {
    const job = await planFeeder('users.csv', `\u{FEFF}${CSV}`, { email: '#users.email', age: '#users.age' });
    expect(job.feeders).toMatchObject([{ name: 'users', order: 'sequential', table: { rows: 2 } }]);
    expect(rowsOf(job.feeders[0])).toEqual({ email: ['a@x', 'b@x'], age: ['5', '6'] });
  });

  test('are read from CSV with the line ends of an old Mac, line ends and quotes within cells, and any script', async () => {
    const filter = { email: '#users.email', note: '#users.note' };
    const csv = 'email,note\r"a\nb","say ""hi"""\r日本 😀,\r';
    const job = await planFeeder('users.csv', csv, filter);
    expect(rowsOf(job.feeders[0])).toEqual({ email: ['a\nb', '日本 😀'], note: ['say "hi"', ''] });
    expect(rowsOf(job.feeders[0], 'json')['note']).toEqual([String.raw`"say \"hi\""`, '""']);
  });

  test.each([
    ['users.tsv', 'email\tage\n"a\tb"\t5\n', {}],
    ['users.csv', 'email;age\n"a\tb";5\n', { delimiter: ';' }],
    ['users.tsv', 'email,age\n"a\tb",5\n', { delimiter: ',' }],
    ['users.CSV', 'email\u00a6age\n"a\tb"\u00a65\n', { delimiter: '\u00a6' }],
  ])('are read from %s with other delimiters: %j', async (file, content, feeder) => {
    const job = await planFeeder(file, content, { email: '#users.email', age: '#users.age' }, feeder);
    expect(rowsOf(job.feeders[0])).toEqual({ email: ['a\tb'], age: ['5'] });
  });

  test.each([
    [{ delimiter: ';;' }, /^feeders\[0\].delimiter: must be one character, other than a quote and a line end/],
    [{ delimiter: '"' }, /delimiter: must be one character/],
    [{ file: 'users.ndjson', delimiter: ';' }, /^feeders\[0\].delimiter: `delimiter` has no effect: the rows are JSON/],
    [{ order: 'random', on_end: 'stop' }, /on_end: `stop` has no effect: rows that are drawn at random are never used/],
    [
      { per: 'iteration' },
      /per: `iteration` is for scenarios, and jobs\[0\], which uses its rows, is not one \(use `"per"/,
    ],
    [
      { order: 'shuffled' },
      /order: must be one of sequential, random, shuffle; it is "shuffled" \(did you mean `shuffle`/,
    ],
    [{ on_end: 'restrat' }, /on_end: must be one of restart, stop, fail; it is "restrat" \(did you mean `restart`/],
    [{ per: 'users' }, /per: must be one of request, iteration, user; it is "users" \(did you mean `user`/],
  ])('refuse %j', async (feeder, message) => {
    const error = await failureOf(planFeeder('users.csv', CSV, { email: '#users.email' }, feeder));
    expect(error.problems.map((problem) => line(problem).replace(/^load.jsonc:1:\d+ /, ''))).toContainEqual(
      expect.stringMatching(message),
    );
  });

  test('refuse rows of a user in documents, and rows that a user keeps to the end', async () => {
    const feeders = [{ name: 'users', file: 'u.csv', per: 'user', on_end: 'fail' }];
    const schemas = [{ name: 's', collection: 'd', schema: { a: '#users.email' } }];
    const error = await failureOf(
      planJob({}, { feeders, schemas }, { surroundings: { readBytes: () => Buffer.from(CSV) } }),
    );
    expect(error.problems.map(line)).toEqual([
      expect.stringMatching(/feeders\[0\].per: `user` has no meaning in a document, .*: schemas\[0\] uses it/),
      expect.stringMatching(/feeders\[0\].on_end: `fail` has no effect: a user keeps its row/),
    ]);
  });

  test('are read from NDJSON: any values, null where there is none', async () => {
    const filter = { email: '#users.email', age: '#users.age', tags: '#users.tags' };
    const job = await planFeeder('users.ndjson', NDJSON, filter, { order: 'random' });
    expect(job.feeders).toMatchObject([{ name: 'users', order: 'random', table: { rows: 2 } }]);
    expect(rowsOf(job.feeders[0])).toEqual({ email: ['a@x', 'b@x'], age: [5, null], tags: [null, ['t']] });
  });

  test('keep every digit of a number and every character of a text in NDJSON', async () => {
    const rows = [
      String.raw`{ "id": 9007199254740993, "text": "a\"\u00e9\n", "any": { "a" : [ "}", "\"]" ] } }`,
      '{"id":-12345678901234567890,"text":"b","any":1.10}',
    ];
    const filter = { a: '#users.id', b: '#users.text', c: '#users.any' };
    const job = await planFeeder('users.ndjson', rows.join('\r\n'), filter);
    expect(rowsOf(job.feeders[0], 'json')).toEqual({
      id: ['9007199254740993', '-12345678901234567890'],
      text: [String.raw`"a\"\u00e9\n"`, '"b"'],
      any: [String.raw`{ "a" : [ "}", "\"]" ] }`, '1.10'],
    });
    expect(rowsOf(job.feeders[0])).toEqual({
      id: ['9007199254740993', '-12345678901234567890'],
      text: ['a"é\n', 'b'],
      any: [{ a: ['}', '"]'] }, 1.1],
    });
  });

  test('contain only the fields of rows, no object properties', async () => {
    const rows = '{ "email": "a@x", "constructor": 1, "__proto__": 2 }\n{ "email": "b@x" }\n';
    const filter = { a: '#users.constructor', b: '#users.__proto__' };
    const job = await planFeeder('users.ndjson', rows, filter);
    expect(Object.entries(rowsOf(job.feeders[0]))).toEqual([
      ['constructor', [1, null]],
      ['__proto__', [2, null]],
    ]);
  });

  test('keep only the columns that the workload uses, in memory that clones share', async () => {
    const [feeder] = (await planFeeder('users.csv', CSV)).feeders;
    const table = feeder?.table ?? fail();
    expect(table.columns.map(({ name }) => name)).toEqual(['email']);
    const clone: FeederTable = structuredClone(table);
    new Uint8Array(table.bytes)[0] = 'A'.charCodeAt(0);
    expect(rowsOf({ name: 'users', per: 'request', order: 'sequential', table: clone })['email']?.[0]).toBe('A@x');
  });

  test('take at most three times the size of a file of cells of one character', async () => {
    const csv = `a,b,c\n${'1,2,3\n'.repeat(10_000)}`;
    const filter = { email: '#users.a', b: '#users.b', c: '#users.c' };
    const [feeder] = (await planFeeder('users.csv', csv, filter)).feeders;
    const { bytes, ends } = feeder?.table ?? fail();
    expect(bytes.byteLength + ends.byteLength).toBeLessThanOrEqual(3.01 * csv.length);
  });

  test('read quoted line ends and quotes equally wherever the file is split', async () => {
    const csv = `email,a\r\n${Array.from({ length: 60_000 }, (_, row) => `"${row},\n""x""",y`).join('\r\n')}\r\n`;
    const { email = [] } = rowsOf((await planFeeder('users.csv', csv)).feeders[0]);
    expect(email).toEqual(Array.from({ length: 60_000 }, (_, row) => `${row},\n"x"`));
  });

  test('read rows of a large table equally in any order of access', async () => {
    const csv = `email\n${Array.from({ length: 5000 }, (_, row) => `ü${row}@x`).join('\n')}\n`;
    const { email = [] } = rowsOf((await planFeeder('users.csv', csv)).feeders[0]);
    expect([email.length, email[0], email[4999]]).toEqual([5000, 'ü0@x', 'ü4999@x']);
  });

  test.each([
    [
      'users.csv',
      Object.assign(new Error('no'), { code: 'ENOENT' }),
      'feeders[0].file: cannot read users.csv: no such file (relative to the workload file)',
    ],
    ['users.csv', '', 'feeders[0].file: users.csv has no rows'],
    ['users.csv', 'email\n', 'feeders[0].file: users.csv has no rows'],
    ['users.ndjson', '\n', 'feeders[0].file: users.ndjson has no rows'],
    [
      'users.ndjson',
      '{}\n[1]\n',
      'feeders[0].file: users.ndjson, line 2 is not an object (each line is one: { "email": "a@example.com" })',
    ],
    [
      'users.ndjson',
      `{"email":${'['.repeat(199)}${']'.repeat(199)}}\n{"email":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`,
      'feeders[0].file: users.ndjson, line 2 has objects and lists nested more than 200 levels deep',
    ],
    ['users.csv', 'a,b\n1\n', 'feeders[0].file: users.csv, line 2 has 1 cell, the first line names 2 columns'],
    [
      'users.csv',
      `a,b\n${'"1\n""",2\r\n'.repeat(100_000)}1,2,3\n`,
      'feeders[0].file: users.csv, line 200002 has 3 cells, the first line names 2 columns',
    ],
    [
      'users.csv',
      `a,b\n${'"1\n""",2\n'.repeat(100_000)}x"y,2\n`,
      /users\.csv is not CSV: Invalid Opening Quote.* line 200002/,
    ],
    ['users.csv', 'a,b\n"1,2\n', /^feeders\[0\]\.file: users\.csv is not CSV: Quote Not Closed/],
    [
      'users.csv',
      Buffer.from('email\nM\xfcller\n', 'latin1'),
      'feeders[0].file: users.csv is not UTF-8 (line 2, byte 2) (save it as UTF-8)',
    ],
    [
      'users.ndjson',
      Buffer.from('{}\n{"a":"\xfc"}\n', 'latin1'),
      'feeders[0].file: users.ndjson is not UTF-8 (line 2, byte 7) (save it as UTF-8)',
    ],
    [
      'users.csv',
      Buffer.from('\u{FEFF}email\nx\n', 'utf16le'),
      'feeders[0].file: users.csv is UTF-16, not UTF-8 (save it as UTF-8)',
    ],
    ['users.csv', 'email\nx\0\n', 'feeders[0].file: users.csv contains a NUL character (line 2, byte 2) (remove it)'],
    [
      'users.csv',
      'email,a,email\n1,2,3\n',
      'feeders[0].file: users.csv has two columns of the same name: email (rename one)',
    ],
    [
      'users.csv',
      'email,\n1,2\n',
      'feeders[0].file: users.csv has no name for column 2 (the first line names the columns)',
    ],
    [
      'users.csv',
      'email , a\n1,2\n',
      'feeders[0].file: users.csv has blanks around the name of the column "email" (leave them out)',
    ],
    [
      'users.csv',
      'email;a\n1;2\n',
      'feeders[0].file: users.csv has one column, whose name holds a semicolon (set "delimiter": ";" if it separates columns)',
    ],
    ['users.csv', `email\n${'x'.repeat(2_000_000)}\n`, /users\.csv is not CSV: Max Record Size/],
    [
      'users.ndjson',
      `{"email":"${'x'.repeat(2_000_000)}"}`,
      'feeders[0].file: users.ndjson, line 1 is larger than 1.00 MiB',
    ],
    [
      'users.ndjson',
      '{"email":1,"email":2}',
      'feeders[0].file: users.ndjson, line 1 has the field `email` twice (keep one of the two)',
    ],
    [
      'users.ndjson',
      '{"email":[9007199254740993]}',
      /line 1: a whole number within `email` has more digits than can be kept there/,
    ],
    // A link of that name may lead to any file, whose lines are not for the one who asks.
    ['users.ndjson', '{ "a": 1 }\nroot:secret\n', 'feeders[0].file: users.ndjson, line 2 is not JSON'],
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

  test('are limited in size', async () => {
    const error = await failureOf(planFeeder('users.csv', `a\n${'x'.repeat(64 * 1024 ** 2)}`));
    expect(error.problems.map((one) => one.message)).toEqual(['users.csv is larger than 64.0 MiB']);
  });
});
