import { describe, expect, test } from 'vitest';
import { problemsOf, line, failureOf } from '../../loading.ts';
import { plan, planJob } from '../../planning.ts';

const files = {
  surroundings: { readBytes: (path: string) => Buffer.from(`content of ${path.replace(`${process.cwd()}/`, '')}`) },
};

const textOf = (buffer: SharedArrayBuffer): string => Buffer.from(buffer).toString();

function workload(http: string, shared = '{}'): string {
  return `{ "connection_string": "http://h", "http": ${shared},
"jobs": [{ "type": "write", "collection": "c", "operations": 1,
"http": ${http} }] }`;
}

describe('the plan of a body', () => {
  test('has the fields of a form as text', async () => {
    const { http } = await planJob({ http: { form: { a: ['x', 1, true], b: '#uuid' } } });
    expect(http.bodyForm).toEqual({
      kind: 'form',
      fields: [
        ['a', 'x'],
        ['a', '1'],
        ['a', 'true'],
        ['b', '#uuid'],
      ],
    });
  });

  test('reads each file once into shared memory', async () => {
    let reads = 0;
    const counted = { readBytes: (path: string) => (reads++, files.surroundings.readBytes(path)) };
    const job = {
      type: 'write',
      collection: 'c',
      operations: 1,
      http: {
        multipart: [
          { name: 'a', file: 'd/#a.txt' },
          { name: 'a', file: './d/#a.txt', filename: 'f', type: 't/t' },
          { name: 'b', value: 3 },
        ],
      },
    };
    const made = await plan(
      { connection_string: 'http://h', jobs: [job, { ...job, http: { body_file: 'd/#a.txt' } }] },
      { surroundings: counted },
    );
    const [first, second] = made.jobs.map((planned) => 'http' in planned && planned.http.bodyForm);
    if (!first || first.kind !== 'multipart' || !second || second.kind !== 'file') throw new Error('other bodies');
    expect(reads).toBe(1);
    expect(first.fields.map(({ name, filename, type }) => [name, filename, type])).toEqual([
      ['a', '##a.txt', 'application/octet-stream'],
      ['a', 'f', 't/t'],
      ['b', undefined, undefined],
    ]);
    expect(first.fields[0]?.content).toBe(second.content);
    expect(textOf(second.content)).toBe('content of d/#a.txt');
    expect(first.fields[2]?.content).toBe('3');
  });

  test('of a job replaces that of the workload, whatever its form', async () => {
    const { http } = await planJob({ http: { form: { a: 'b' } } }, { http: { body: { a: 1 }, compress: 'gzip' } });
    expect(http).toMatchObject({ body: undefined, bodyForm: { kind: 'form' }, compress: 'gzip' });
    const other = await planJob(
      { http: { body: 'x', compress: null } },
      { http: { form: { a: 'b' }, compress: 'br' } },
    );
    expect(other.http).toMatchObject({ body: 'x', bodyForm: undefined, compress: undefined });
  });
});

describe('problems of a body', () => {
  test.each([
    [
      '{ "body": "x", "form": { "a": 1 }, "body_file": "f" }',
      'load.jsonc:3:24 jobs[0].http.form: body, form, body_file are all given, and each is the whole body (keep one of them)',
    ],
    [
      '{ "form": { "a": { "b": 1 } } }',
      'load.jsonc:3:26 jobs[0].http.form.a: must be text, a number, true or false, or a list of these; it is an object',
    ],
    [
      '{ "multipart": { "a": { "type": "t/t" } } }',
      'load.jsonc:3:31 jobs[0].http.multipart.a: has neither `value` nor `file` (give the text as `value`, or the path of a file as `file`)',
    ],
    [
      '{ "multipart": [{ "value": "x", "file": "f" }] }',
      'load.jsonc:3:25 jobs[0].http.multipart[0]: has no `name`\nload.jsonc:3:25 jobs[0].http.multipart[0]: has both `value` and `file` (give the text as `value`, or the path of a file as `file`)',
    ],
    [
      '{ "multipart": { "a": { "name": "b", "value": "x" } } }',
      'load.jsonc:3:33 jobs[0].http.multipart.a.name: `name` is for a list of parts; here the field is the name (leave it out)',
    ],
    [
      '{ "form": { "a": "#sting" } }',
      'load.jsonc:3:26 jobs[0].http.form.a: `#sting` is not a known tag (did you mean `#string`?)',
    ],
    [
      '{ "compress": "lzma" }',
      'load.jsonc:3:23 jobs[0].http.compress: must be one of gzip, br, deflate, zstd; it is "lzma"',
    ],
  ])('%s', async (http, expected) => {
    const lines = (await problemsOf(workload(http))).map((problem) => line(problem));
    expect(lines.join('\n')).toBe(expected);
  });

  test('report unreadable files at the field that names them', async () => {
    const text = workload('{ "multipart": { "a": { "file": "no.txt" } } }', '{ "body_file": "no.bin" }');
    const error = await failureOf(plan(text));
    expect(error.problems.map(line)).toEqual([
      'load.jsonc:3:41 jobs[0].http.multipart.a.file: cannot read no.txt: no such file (relative to the workload file)',
    ]);
  });
});

test('secrets in forms and parts are masked in the result', async () => {
  const http = {
    form: { user: 'me', password: ['hunter2222'] },
    multipart: undefined,
  };
  const parts = [{ name: 'token', value: 'abcdefgh' }];
  const jobs = [
    { type: 'write', collection: 'c', operations: 1, http },
    { type: 'write', collection: 'c', operations: 1, http: { multipart: parts } },
    {
      type: 'write',
      collection: 'c',
      operations: 1,
      http: { multipart: { api_token: { value: 'ijklmnop' }, x: 'seen' } },
    },
  ];
  const { asRun } = await plan({ connection_string: 'http://h', jobs });
  const text = JSON.stringify(asRun);
  for (const secret of ['hunter2222', 'abcdefgh', 'ijklmnop']) expect(text).not.toContain(secret);
  for (const shown of ['me', 'seen']) expect(text).toContain(shown);
});
