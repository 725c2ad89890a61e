import { describe, expect, test } from 'vitest';
import { line, problemsOf } from './loading.ts';
import { EXISTING_DOCUMENTS } from '../../existing-documents.ts';

/** The problems of a workload for this target, one a line, without their places in the text. */
async function problemLines(target: string, jobs: readonly object[], rest: object = {}): Promise<string[]> {
  const workload = { connection_string: target, jobs, schemas: [EXISTING_DOCUMENTS], ...rest };
  return (await problemsOf(JSON.stringify(workload))).map((problem) => line(problem).replace(/^load\.jsonc:\S+ /, ''));
}

const HTTP = 'http://127.0.0.1:8080';
const SQL = 'SELECT 1 FROM t WHERE a = #int(1,9)';
const read = { type: 'read', collection: 'c' };

describe('requests supported by a target', () => {
  test.each([
    ['postgres://h/d', { type: 'read', sql: SQL }],
    ['mysql://h/d', { type: 'write', sql: SQL }],
    ['mongodb://h/d', { type: 'read', collection: 'c', command: { find: 'c', filter: { _id: '#id' } } }],
    ['redis://h', { type: 'update', command: ['SET', 'k#int(1,9)', '#string'] }],
    ['rediss://h', { type: 'read', command: 'GET k#int(1,9)' }],
    ['postgres://h/d', { type: 'create_index', sql: 'CREATE INDEX i ON t (a)' }],
    ['mongodb://h/d', { type: 'create_index', collection: 'c', indexes: [{ keys: { a: 1 } }] }],
    [
      'postgres://h/d',
      {
        type: 'mixed',
        mixed: [
          { type: 'read', sql: SQL },
          { type: 'update', sql: SQL },
        ],
      },
    ],
    [HTTP, { type: 'mixed', mixed: [{ type: 'read', http: { path: '/x' } }] }],
  ])('%s: %j', async (target, job) => {
    expect(await problemLines(target, [job])).toEqual([]);
  });

  test.each([
    [HTTP, { sql: SQL }, 'jobs[0].sql: `sql` does not apply to HTTP (give `http: { "path": ... }`)'],
    [HTTP, { command: 'PING' }, 'jobs[0].command: `command` does not apply to HTTP (give `http: { "path": ... }`)'],
    ['embedded:', { sql: SQL }, 'jobs[0].sql: `sql` does not apply to HTTP (give `http: { "path": ... }`)'],
    ['redis://h', { sql: SQL }, 'jobs[0].sql: `sql` does not apply to Redis (give a `command`)'],
    ['mongodb://h', { sql: SQL }, 'jobs[0].sql: `sql` does not apply to MongoDB (give a `command`)'],
    ['mysql://h', { command: 'PING' }, 'jobs[0].command: `command` does not apply to MySQL (give `sql`)'],
    [
      'mongodb://h',
      { command: ['find'] },
      'jobs[0].command: must be an object, like MongoDB commands (such as { "find": "users", "filter": { "_id": "#id" } })',
    ],
    ['redis://h', { command: { get: 'k' } }, 'jobs[0].command: must be text or a list of words, like Redis commands'],
    ['postgres://h', { http: { path: '/x' } }, 'jobs[0].http: `http` does not apply to PostgreSQL (leave it out)'],
  ])('refuses requests that a target does not support: %s %j', async (target, fields, problem) => {
    expect(await problemLines(target, [{ ...read, ...fields }])).toEqual([problem]);
  });

  test('reports two forms of one request', async () => {
    expect(await problemLines('postgres://h', [{ ...read, sql: SQL, command: 'PING' }])).toEqual([
      'jobs[0].command: `sql` and `command` are both given; each is the whole request (keep one of the two)',
      'jobs[0].command: `command` does not apply to PostgreSQL (give `sql`)',
    ]);
  });

  test('reports HTTP settings of the workload and of operations for a database', async () => {
    const jobs = [{ type: 'mixed', collection: 'c', mixed: [{ type: 'read', http: { path: '/x' } }] }];
    expect(await problemLines('redis://h', jobs, { http: { method: 'GET' } })).toEqual([
      'jobs[0].mixed[0].http: `http` does not apply to Redis (leave it out)',
      'http: `http` does not apply to Redis (leave it out)',
    ]);
  });

  test('requires `indexes` for a database, and refuses them for HTTP', async () => {
    expect(await problemLines('mongodb://h', [{ type: 'create_index', collection: 'c' }])).toEqual([
      'jobs[0]: `indexes` is missing (for example "indexes": [{ "keys": { "name": 1 } }])',
    ]);
    const job = {
      type: 'create_index',
      collection: 'c',
      indexes: [{ keys: { a: 1 } }],
      http: { method: 'POST', path: '/i' },
    };
    expect(await problemLines(HTTP, [job])).toEqual([
      'jobs[0].indexes: `indexes` does not apply to HTTP (put it into the body: `http: { "body": ... }`)',
    ]);
  });
});

describe('statements', () => {
  test.each([
    ["SELECT 1 FROM t WHERE n = '#name'", '`#name` is in quotes, where it is plain text'],
    ["INSERT INTO t VALUES ('it''s #word')", '`#word` is in quotes, where it is plain text'],
    ['SELECT "#id" FROM t', '`#id` is in quotes, where it is plain text'],
    ['SELECT `#id` FROM t', '`#id` is in quotes, where it is plain text'],
  ])('%s', async (sql, message) => {
    expect(await problemLines('postgres://h', [{ ...read, sql }])).toEqual([
      `jobs[0].sql: ${message} (remove the quotes: a tag becomes a parameter of the statement)`,
    ]);
  });

  test.each([
    "SELECT '##id', a #> '{b}' FROM t WHERE a = #id",
    "SELECT 1 -- it's\nFROM t WHERE a = #id",
    "/* ' */ SELECT 'a', #id, 'b'",
  ])('accepts %j', async (sql) => {
    expect(await problemLines('postgres://h', [{ ...read, sql }])).toEqual([]);
  });

  test.each(['SELECT 1 -- #id', '/* #id */ SELECT 1'])(
    'reports a tag in a comment, which is not a parameter: %s',
    async (sql) => {
      expect(await problemLines('postgres://h', [{ ...read, sql }])).toEqual([
        'jobs[0].sql: `#id` is in a comment, where it is not a parameter (move it out of the comment: a tag becomes a parameter of the statement)',
      ]);
    },
  );

  test('may refer to saved fields, but not to unknown ones', async () => {
    const schemas = [{ name: 'user', collection: 'c', existing: 9, schema: { nick: '#string' }, save: ['nick'] }];
    const job = (sql: string) => ({ type: 'read', schema: 'user', sql });
    expect(await problemLines('postgres://h', [job('SELECT #nick')], { schemas })).toEqual([]);
    expect(await problemLines('postgres://h', [job('SELECT #nikc')], { schemas })).toEqual([
      'jobs[0].sql: `#nikc` is not a known tag (did you mean `#nick`?)',
    ]);
    expect(await problemLines('redis://h', [{ type: 'read', command: ['GET', '#nope(1)'] }])).toHaveLength(1);
  });
});

describe('mixed jobs', () => {
  const mixed = (value: unknown, fields: object = {}) =>
    problemLines(HTTP, [{ type: 'mixed', collection: 'c', mixed: value, ...fields }]);

  test.each([
    [{ read: 95, update: 5 }, {}],
    [{ read: 0.5 }, { keys: 'zipfian', filter: { a: '#id' } }],
    [
      { bulk_write: 1, update: 1 },
      { batch_size: 5, data_size: 100, read_first: true, pace: 5, arrival: 'poisson' },
    ],
    [
      [
        { type: 'read', weight: 95, keys: { distribution: 'latest', theta: 0.5 } },
        { type: 'write', data_size: 9 },
      ],
      {},
    ],
  ])('accepts %j with %j', async (value, fields) => {
    expect(await mixed(value, fields)).toEqual([]);
  });

  test.each([
    [{}, {}, 'jobs[0].mixed: must name at least one operation'],
    [[], {}, 'jobs[0].mixed: must hold at least one operation'],
    [
      'read',
      {},
      'jobs[0].mixed: must be weights such as { "read": 95, "update": 5 }, or a list of operations; it is "read"',
    ],
    [{ raed: 95 }, {}, 'jobs[0].mixed.raed: `raed` is not a known field (did you mean `read`?)'],
    [{ read: 0 }, {}, 'jobs[0].mixed.read: must be a weight, a number from 0.001 to 1000000; it is 0'],
    [
      [{ type: 'sleep' }],
      {},
      'jobs[0].mixed[0].type: must be one of read, scan, write, bulk_write, update, delete; it is "sleep"',
    ],
    [
      [{ type: 'read', wieght: 5 }],
      {},
      'jobs[0].mixed[0].wieght: `wieght` is not a known field (did you mean `weight`?)',
    ],
    [
      [{ type: 'read', batch_size: 5 }],
      {},
      'jobs[0].mixed[0].batch_size: `batch_size` does not apply to a read (leave it out)',
    ],
    [{ read: 1 }, { data_size: 5 }, 'jobs[0].data_size: `data_size` does not apply to these operations (leave it out)'],
    [
      [{ type: 'read', http: { version: 2 } }],
      {},
      "jobs[0].mixed[0].http.version: `version` is a setting of the connections, which all operations of the job share (give it in the job's own `http`)",
    ],
    [{ read: 1 }, { sql: 'SELECT 1' }, 'jobs[0].sql: `sql` does not apply to a mixed job (leave it out)'],
  ])('%j with %j', async (value, fields, problem) => {
    expect((await mixed(value, fields))[0]).toBe(problem);
  });

  test('reports an operation without a type, without consequential problems', async () => {
    expect(await mixed([{ batch_size: 5 }, { type: 'read' }], {})).toEqual([
      'jobs[0].mixed[0].type: `type` is missing (one of read, scan, write, bulk_write, update, delete)',
    ]);
  });

  test('require operations, and a collection unless each has a complete request', async () => {
    expect(await problemLines(HTTP, [{ type: 'mixed', collection: 'c' }])).toEqual([
      'jobs[0].mixed: `mixed` is missing (list its operations, or give a file of requests as `requests_from`)',
    ]);
    expect(
      await problemLines(HTTP, [{ type: 'mixed', mixed: [{ type: 'read', http: { path: '/' } }, { type: 'read' }] }]),
    ).toEqual([expect.stringMatching(/^jobs\[0\]: the job has no collection/)]);
  });
});

describe('data_size', () => {
  const sized = (value: unknown) => problemLines(HTTP, [{ type: 'write', collection: 'c', data_size: value }]);

  test.each([
    5,
    '1KiB',
    { uniform: ['1KiB', '8KiB'] },
    { normal: [0, 10] },
    { zipfian: ['1KB', 5000] },
    { exponential: [1, '1MB'] },
    [
      { size: '1KiB', weight: 9 },
      { size: 5, weight: 0.1 },
    ],
  ])('accepts %j', async (value) => {
    expect(await sized(value)).toEqual([]);
  });

  test.each([
    ['big', ': must be a number of bytes up to 256 MiB or text such as "512B"'],
    [{}, ': must be a number of bytes up to 256 MiB'],
    [[], ': must be a number of bytes up to 256 MiB'],
    [{ uniform: ['8KiB', '1KiB'] }, '.uniform: must begin with the lower bound'],
    [{ uniform: ['1KiB', 'big'] }, '.uniform[1]: must be a whole number of bytes up to 256 MiB'],
    [[{ size: '1KiB' }], '[0].weight: `weight` is missing'],
    [[{ size: '1KiB', weight: 0 }], '[0].weight: must be a weight above 0; it is 0'],
    [[{ size: '1KiB', wieght: 1 }], '[0].weight: `weight` is missing'],
  ])('%j', async (value, problem) => {
    expect((await sized(value))[0]).toContain(`jobs[0].data_size${problem}`);
  });
});

describe('scan_length', () => {
  const scan = (value: unknown) => problemLines(HTTP, [{ ...read, type: 'scan', scan_length: value }]);

  test.each([1, 10_000, { uniform: [1, 100] }, { zipfian: [5, 5] }, { normal: [1, 9] }, { exponential: [1, 9] }])(
    'accepts %j',
    async (value) => {
      expect(await scan(value)).toEqual([]);
    },
  );

  const FORMS = 'must be a whole number from 1 to 10000, or a distribution such as { "uniform": [1, 100] }';
  test.each([
    [0, `: ${FORMS}; it is 0`],
    ['many', `: ${FORMS}; it is "many"`],
    [{}, `: ${FORMS}; it is an object`],
    [{ uniform: [1, 2], normal: [1, 2] }, `: ${FORMS}; it is an object`],
    [{ uniform: [9, 1] }, '.uniform: must begin with the lower bound'],
    [{ uniform: [9] }, '.uniform: must be a list of two bounds such as [1,100]'],
    [{ uniform: [0, 9] }, '.uniform[0]: must be a whole number from 1 to 10000; it is 0'],
    [{ gaussian: [1, 9] }, '.gaussian: `gaussian` is not a known field'],
  ])('%j', async (value, problem) => {
    expect((await scan(value))[0]).toContain(`jobs[0].scan_length${problem}`);
  });

  test('applies to scans only', async () => {
    expect(await problemLines(HTTP, [{ ...read, scan_length: 5 }])).toEqual([
      'jobs[0].scan_length: `scan_length` does not apply to a read job (leave it out)',
    ]);
  });
});

describe('keys', () => {
  const keys = (value: unknown) => problemLines(HTTP, [{ ...read, keys: value }]);

  test.each(['uniform', 'zipfian', 'latest', 'hotspot', 'sequential'])('accepts %s', async (distribution) => {
    expect(await keys(distribution)).toEqual([]);
    expect(await keys({ distribution })).toEqual([]);
  });

  test.each([
    [
      'zipf',
      'jobs[0].keys: must be "uniform", "zipfian", "latest", "hotspot", "sequential", or an object with a `distribution`; it is "zipf"',
    ],
    [{}, 'jobs[0].keys.distribution: `distribution` is missing (one of uniform, zipfian, latest, hotspot, sequential)'],
    [{ distribution: 'zipfian', theta: 1 }, 'jobs[0].keys.theta: must be a number above 0 and below 1; it is 1'],
    [{ distribution: 'hotspot', hot_keys: 20 }, 'jobs[0].keys.hot_keys: must be a share from 0 to 1; it is 20'],
    [{ distribution: 'zipfian', teta: 0.5 }, 'jobs[0].keys.teta: `teta` is not a known field (did you mean `theta`?)'],
    [
      { distribution: 'hotspot', theta: 0.5 },
      'jobs[0].keys.theta: `theta` does not apply to the distribution "hotspot" (it is a setting of zipfian and latest)',
    ],
  ])('%j', async (value, problem) => {
    expect(await keys(value)).toEqual([problem]);
  });

  test('do not apply to a write', async () => {
    expect(await problemLines(HTTP, [{ type: 'write', collection: 'c', keys: 'latest' }])).toEqual([
      'jobs[0].keys: `keys` does not apply to a write job (leave it out)',
    ]);
  });
});

describe('feeders', () => {
  const feeders = (entries: readonly object[], job: object = read) => problemLines(HTTP, [job], { feeders: entries });

  test('are accepted', async () => {
    const entries = [
      { name: 'users', file: 'data/users.csv' },
      { name: 'events', file: 'events.ndjson', order: 'random' },
    ];
    const job = { ...read, filter: { email: '#users.email' }, http: { headers: { 'x-event': '#events.kind' } } };
    expect(await feeders(entries, job)).toEqual([]);
  });

  test.each([
    [
      { name: 'users', file: 'users.xml' },
      'feeders[0].file: must be a file of a supported format (.csv, .tsv, .ndjson, .jsonl)',
    ],
    [{ name: 'name', file: 'users.csv' }, 'feeders[0].name: `#name` is a template tag (choose another name)'],
    [
      { name: 'my users', file: 'users.csv' },
      'feeders[0].name: must be a name of letters, digits and _ that begins with a letter; it is "my users"',
    ],
    [
      { name: 'users', file: 'users.csv', odrer: 'random' },
      'feeders[0].odrer: `odrer` is not a known field (did you mean `order`?)',
    ],
    [{ name: 'users' }, 'feeders[0].file: `file` is missing'],
  ])('%j', async (entry, problem) => {
    expect(await feeders([entry])).toEqual([problem]);
  });

  test.each([
    ['#users', '`#users` names a feeder without a column (write `#users.column`)'],
    ['#usres.mail', '`#usres` is not a known tag (did you mean `#users`?)'],
    ['#mail', '`#mail` is not a known tag (for a column of a feeder write `#users.mail`; did you mean `#email`?)'],
    [
      '#rhubarb',
      '`#rhubarb` is not a known tag (for a column of a feeder write `#users.rhubarb`; `##` is a literal #)',
    ],
  ])('are named with their column: %s', async (text, problem) => {
    const found = await feeders([{ name: 'users', file: 'a.csv' }], { ...read, filter: { a: text } });
    expect(found).toEqual([`jobs[0].filter.a: ${problem}`]);
  });

  test('must have unique names, without dots', async () => {
    const twice = [
      { name: 'users', file: 'a.csv' },
      { name: 'users', file: 'b.csv' },
    ];
    expect(await feeders(twice)).toEqual(['feeders[1].name: there are two feeders named "users" (rename one)']);
  });
});

describe('tags in HTTP settings', () => {
  test.each([
    [{ path: '/search?q=#strin' }, 'jobs[0].http.path: `#strin` is not a known tag (did you mean `#string`?)'],
    [
      { headers: { 'x-a': '#uuidd' } },
      'jobs[0].http.headers["x-a"]: `#uuidd` is not a known tag (did you mean `#uuid`?)',
    ],
    [{ body: { list: ['#int(1)'] } }, 'jobs[0].http.body.list[0]: `#int(1)` is not a tag (it is written #int(a,b))'],
  ])('%j', async (http, problem) => {
    expect(await problemLines(HTTP, [{ ...read, http }])).toEqual([problem]);
  });
});

describe('escaping', () => {
  const feeders = [{ name: 'q', file: 'q.csv' }];
  const read = (http: object, others: object = {}) => ({ type: 'read', collection: 'c', http, ...others });

  test('#raw is accepted where values are escaped', async () => {
    const http = { path: '/#raw(q.path)?#raw(#q.query)', body: 'a=#raw(bytes(4))' };
    expect(await problemLines(HTTP, [read(http)], { feeders })).toEqual([]);
  });

  test('#raw has no effect elsewhere', async () => {
    const hint = 'write `#q.a`; `#raw(...)` is for `http.path`, and for an `http.body` that is text';
    const message = `\`#raw(q.a)\` has no effect here, where values are not escaped (${hint})`;
    const http = { headers: { 'x-a': '#raw(q.a)' }, body: { a: '#raw(q.a)' } };
    expect(await problemLines(HTTP, [read(http, { filter: { a: '#raw(q.a)' } })], { feeders })).toEqual([
      `jobs[0].http.headers["x-a"]: ${message}`,
      `jobs[0].http.body.a: ${message}`,
      `jobs[0].filter.a: ${message}`,
    ]);
    expect(await problemLines('redis://h', [{ type: 'read', command: ['GET', '#raw(q.a)'] }], { feeders })).toEqual([
      `jobs[0].command[1]: ${message}`,
    ]);
  });

  test('#raw takes one tag as its argument', async () => {
    expect(await problemLines(HTTP, [read({ path: '/#raw(nope)' }), read({ path: '/#raw' })])).toEqual([
      'jobs[0].http.path: `#raw` is not a tag (it is written `#raw(users.path)`, around one tag)',
      'jobs[1].http.path: `#raw` is not a tag (it is written `#raw(users.path)`, around one tag)',
    ]);
  });

  test('a path segment in braces must be a placeholder', async () => {
    expect(
      await problemLines(HTTP, [read({ path: '/{collection}/{key}?q={me{id}}' }), read({ path: '/u/{id}' })]),
    ).toEqual([
      'jobs[1].http.path: `{id}` is not a placeholder (there are `{key}` and `{collection}`; to send it literally, write `%7Bid%7D`)',
    ]);
  });
});
