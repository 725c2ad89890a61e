import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { loadWorkload } from '../../../src/workload/load.ts';
import { arbitraryWorkload, WORKLOAD_ENV } from './arbitrary-workload.ts';
import { failureOf, line, load, problemsOf } from './loading.ts';

const MINIMAL = '{ "connection_string": "embedded:", "jobs": [{ "type": "write", "collection": "c" }] }';
const MINIMAL_YAML = 'connection_string: "embedded:"\njobs:\n  - type: write\n    collection: c\n';
const CONTENT = {
  connection_string: {
    target: { driver: 'embedded', url: 'embedded:', secretUrl: undefined },
    authorization: undefined,
  },
  jobs: [{ type: 'write', collection: 'c' }],
};

describe('formats', () => {
  test.each([
    ['load.json', MINIMAL],
    ['load.jsonc', `// comment\n${MINIMAL.replace('}] }', '/* c */ }, ], }')}`],
    ['load.yaml', MINIMAL_YAML],
    ['LOAD.YML', MINIMAL_YAML],
    ['load.yaml', MINIMAL],
    ['-', MINIMAL],
    ['-', `  // comment first\n${MINIMAL}`],
    ['-', `/* comment */${MINIMAL}`],
    ['-', MINIMAL_YAML],
    ['-', `# comment\n---\n${MINIMAL_YAML}`],
    ['load', MINIMAL],
    ['load.txt', MINIMAL_YAML],
    ['load.jsonc', `\uFEFF${MINIMAL}`],
    ['load.yaml', `\uFEFF${MINIMAL_YAML}`],
    ['load.jsonc', MINIMAL.replaceAll(' ', '\r\n')],
  ])('parses %s: %j', async (source, text) => {
    expect((await load(text, { source })).file).toEqual(CONTENT);
  });

  test('parses YAML anchors, aliases and merge keys', async () => {
    const text = `${MINIMAL_YAML.replace('- type', '- &first\n    type')}  - <<: *first\n    type: update\n  - *first\n`;
    expect((await load(text, { source: 'load.yaml' })).file.jobs).toEqual([
      { type: 'write', collection: 'c' },
      { type: 'update', collection: 'c' },
      { type: 'write', collection: 'c' },
    ]);
  });

  test('loads a file of the original loadbot', async () => {
    const { file } = await load(`{
      "connection_string": "http://admin:abc123@127.0.0.1:8080",
      "debug": true,
      "agent": {
        "name": "186.12.9.19", "port": "1234", "metrics_export_port": "9090",
        "metrics_export_url": "http://victoria-metrics:8428/api/v1/import/prometheus",
        "metrics_export_interval_seconds": 10,
      },
      "jobs": [
        { // begin with an empty collection
          "type": "drop_collection",
          "database": "load_test",
          "collection": "users",
          "operations": 1
        },
        { "name": "20 s, no limit", "type": "write", "database": "load_test", "collection": "users",
          "data_size": 200, "connections": 100, "duration": "20s", },
        { "type": "sleep", "duration": "5s" },
        { "name": "1_000_000 at 10k", "type": "bulk_write", "schema": "user", "batch_size": 100,
          "connections": 200, "pace": 10000, "operations": 1000000, "timeout": "1s" },
        { "type": "read", "template": "user", "connections": 100, "pace": 100, "duration": "30s",
          "filter": { "special_name": "#special_name" } },
      ],
      "schemas": [
        { "name": "user", "database": "load_test", "collection": "users",
          "schema": { "_id": "#id", "special_name": "#string", "lastname": "#string" },
          "save": [ "special_name" /* for filters */ ] },
      ],
    }`);
    expect(file.jobs).toHaveLength(5);
  });
});

describe('name of the workload', () => {
  test.each([
    ['work/checkout.load.jsonc', 'checkout.load', 'work/checkout.load.jsonc', 'work'],
    ['load.yaml', 'load', 'load.yaml', '.'],
    ['-', 'stdin', 'stdin', '.'],
  ])('%s', async (source, name, called, directory) => {
    expect(await load(MINIMAL, { source })).toMatchObject({
      name,
      source: called,
      directories: [directory],
    });
  });

  test('is the field `name` if given', async () => {
    expect((await load(MINIMAL.replace('{', '{ "name": "checkout",'))).name).toBe('checkout');
  });
});

describe('unreadable files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'loadbot-config-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const loadFile = (name: string) =>
    loadWorkload(join(directory, name), {
      readFile: (path) => readFile(path, 'utf8'),
      readStdin: () => Promise.resolve(''),
      env: {},
    });
  mkdirSync(join(directory, 'dir.yaml'));
  writeFileSync(join(directory, 'utf16.json'), Buffer.from(`\uFEFF${MINIMAL}`, 'utf16le'));
  writeFileSync(join(directory, 'file'), 'x');
  writeFileSync(join(directory, 'escape.jsonc'), `${MINIMAL} // \u001b]0;title\u0007`);

  test.each([
    ['nope.jsonc', 'cannot read DIR/nope.jsonc: no such file'],
    ['dir.yaml', 'cannot read DIR/dir.yaml: it is a directory'],
    ['file/load.jsonc', 'cannot read DIR/file/load.jsonc: a part of its path is not a directory'],
    ['utf16.json', 'DIR/utf16.json is not UTF-8 text'],
    ['escape.jsonc', 'DIR/escape.jsonc contains a control character'],
  ])('%s', async (name, message) => {
    const error = await failureOf(loadFile(name));
    expect(error.code).toBe('config_invalid');
    expect(error.message.replace(directory, 'DIR')).toBe(message);
  });

  test('reports a missing permission', async () => {
    const readFile = (): Promise<string> => Promise.reject(Object.assign(new Error('EACCES: ...'), { code: 'EACCES' }));
    const error = await failureOf(loadWorkload('x.json', { readFile, readStdin: readFile, env: {} }));
    expect(error.message).toBe('cannot read x.json: permission denied');
  });
});

describe('text that is not a workload', () => {
  test.each([
    ['-', '', 'stdin is empty'],
    ['load.json', ' \n', 'load.json is empty'],
    ['load.json', '\uFEFF', 'load.json is empty'],
    ['load.json', '['.repeat(100_000), 'load.json is nested too deeply'],
    ['load.json', '{ "a":'.repeat(3000) + '1' + '}'.repeat(3000), 'load.json is nested too deeply'],
    ['load.yaml', 'jobs: &jobs [1, *jobs, *jobs]', 'load.yaml is nested too deeply'],
    ['load.yaml', '&file { jobs: *file }', 'load.yaml is nested too deeply'],
  ])('%s %#', async (source, text, message) => {
    expect((await failureOf(load(text, { source }))).message).toBe(message);
  });

  const isObject = 'a workload is an object: { "connection_string": ..., "jobs": [...] }';
  test.each([
    ['load.jsonc', '[]', `load.jsonc:1:1 : ${isObject}`],
    ['load.jsonc', '// c\n "x"', `load.jsonc:2:2 : ${isObject}`],
    ['load.yaml', '# c\nhello', `load.yaml:2:1 : ${isObject}`],
    ['load.yaml', '# only a comment', `load.yaml:1:1 : ${isObject}`],
    ['load.jsonc', '// only a comment', 'load.jsonc:1:18 : the file contains only comments'],
    ['load.jsonc', '{\n  "a": 1\n  "b": 2\n}', 'load.jsonc:3:3 : a comma is missing before this'],
    ['load.jsonc', '{\n  "a" 1 }', 'load.jsonc:2:7 : a colon is missing before this'],
    ['load.jsonc', '{ "a": }', 'load.jsonc:1:8 : a value is expected here'],
    ['load.jsonc', '{ "a": [1, 2', 'load.jsonc:1:13 : a ] is missing: a list is not closed'],
    ['load.jsonc', '{ "a": {', 'load.jsonc:1:9 : a } is missing: an object is not closed'],
    ['load.jsonc', "{ 'a': 1 }", 'load.jsonc:1:3 : a text is in single quotes (write it in double quotes)'],
    ['load.jsonc', '{ "a": "b\n}', 'load.jsonc:1:8 : a text is not closed with a double quote on its line'],
    ['load.jsonc', '{} {}', 'load.jsonc:1:4 : there is text after the end of the workload'],
    ['load.jsonc', '{ /* c', 'load.jsonc:1:3 : a comment is not closed'],
    ['load.jsonc', '{ "a": 1. }', 'load.jsonc:1:8 : a number is not complete'],
    ['load.jsonc', '{ "a": "\\x" }', 'load.jsonc:1:8 : this is not a JSON escape; write a backslash as \\\\'],
    [
      'load.yaml',
      'a: 1\nb: [1',
      'load.yaml:2:6 : not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'load.yaml',
      'a: *nope',
      'load.yaml:1:1 : not valid YAML: Unresolved alias (the anchor must be set before the alias) (text that begins with * needs quotes)',
    ],
    [
      'load.yaml',
      'a: 1\nconnection_string: embedded:',
      'load.yaml:2:20 : not valid YAML: Nested mappings are not allowed in compact mappings (text that ends with a colon, such as "embedded:", needs quotes)',
    ],
  ])('%s %j', async (source, text, expected) => {
    expect((await problemsOf(text, { source })).map(line)).toEqual([expected]);
  });

  test.each(['|hunter2', '!hunter2', '*hunter2', '>hunter2 x', '"x" hunter2', '1\n]hunter2', '&a hunter2]: x'])(
    'an error of YAML at %j does not repeat the secret',
    async (value) => {
      const problems = await problemsOf(`http:\n  auth:\n    bearer: ${value}\n`, { source: 'load.yaml' });
      expect(problems[0]?.message).toMatch(/^not valid YAML: \w+/);
      expect(JSON.stringify(problems)).not.toContain('hunter2');
    },
  );

  test('reports an unquoted key with its position', async () => {
    const [problem] = await problemsOf('{ jobs: [] }');
    expect(problem?.file).toBe('load.jsonc:1:3');
    expect(problem?.hint).toBe('keys and texts are written in double quotes');
  });

  test('aliases that expand without end are refused', async () => {
    const bomb = Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`);
    const [problem] = await problemsOf(`a0: &a0 [x]\n${bomb.join('\n')}`, { source: 'load.yaml' });
    expect(problem?.message).toContain('Excessive alias count');
  });
});

describe('the error', () => {
  test('counts the problems and names the file', async () => {
    const one = await failureOf(load(MINIMAL.replace('write', 'rite')));
    expect(one).toMatchObject({ code: 'config_invalid', message: 'load.jsonc: 1 problem' });
    const two = await failureOf(load(MINIMAL.replace('"jobs"', '"x": 1, "y": 2, "jobs"'), { source: '-' }));
    expect(two.message).toBe('stdin: 2 problems');
    expect(two.problems).toHaveLength(2);
  });

  test('a connection string given by flag replaces a missing one', async () => {
    const text = MINIMAL.replace('"connection_string": "embedded:", ', '');
    expect((await problemsOf(text)).map(({ message }) => message)).toEqual(['`connection_string` is missing']);
    expect(await problemsOf(text, { connectionString: 'http://h' })).toEqual([]);
    expect(await problemsOf(text, { connectionString: 'http://${HOST}', env: { HOST: 'h' } })).toEqual([]);
  });

  test('a flag overrides an invalid connection string of the file', async () => {
    const text = MINIMAL.replace('embedded:', 'gopher://h');
    expect(await problemsOf(text)).toHaveLength(1);
    expect(await problemsOf(text, { connectionString: 'embedded:' })).toEqual([]);
  });
});

describe('throws only LoadbotError for any file', () => {
  const source = fc.constantFrom('load.json', 'load.yaml', '-');
  const FIELDS = [
    'connection_string',
    'agent',
    'jobs',
    'schemas',
    'http',
    'type',
    'parallel',
    'stages',
    'filter',
    'auth',
  ];

  test('with values of the wrong type in any place', async () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(null, true, 0, -1.5, '', '#x', '${', 'read', '5/s', '1s'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(...FIELDS, '__proto__', 'save', 'schema', 'name', 'headers', 'tls'),
          tie('value'),
        ),
      ),
    }));
    const file = fc.dictionary(fc.constantFrom(...FIELDS), value, { minKeys: 1 });
    await fc.assert(
      fc.asyncProperty(file, source, async (content, from) => {
        for (const { message } of await problemsOf(JSON.stringify(content), { source: from })) {
          expect(message).not.toMatch(/undefined|\[object|NaN|Invalid/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('that is cut off at any place', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryWorkload, source, fc.nat(), fc.nat(9), async (workload, from, at, length) => {
        const text = JSON.stringify(workload, null, 1);
        const start = at % text.length;
        await problemsOf(text.slice(0, start) + text.slice(start + length), { source: from, env: WORKLOAD_ENV });
      }),
      { numRuns: 200 },
    );
  });
});
