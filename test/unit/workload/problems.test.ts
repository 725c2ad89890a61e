import { describe, expect, test } from 'vitest';
import { TEMPLATE_TAGS } from '../../../src/templates/tags.ts';
import { line, problemsOf } from './loading.ts';
import { EXISTING_DOCUMENTS } from '../../existing-documents.ts';

/** The problems of a workload whose jobs begin on line 4, one a line, and schemas on the line after the last. */
async function problemLines(jobs: readonly string[], schemas: readonly string[] = [], rest = ''): Promise<string[]> {
  const text = [
    '{ // the numbers of these lines are what is tested',
    `"connection_string": "https://127.0.0.1:808", ${rest === '' ? '' : `${rest},`}`,
    '"jobs": [',
    ...jobs.map((job) => `${job},`),
    '],',
    '"schemas": [',
    ...schemas.map((schema) => `${schema},`),
    ...(jobs.some((job) => job.includes('"collection": "c"')) ? [`${JSON.stringify(EXISTING_DOCUMENTS)},`] : []),
    '] }',
  ].join('\n');
  return (await problemsOf(text)).map((problem) => line(problem).replace(/^load\.jsonc:/, ''));
}

describe('fields of a job', () => {
  const TYPES = 'read, scan, write, bulk_write, update, delete, create_index, drop_collection, mixed, scenario, sleep';
  test.each([
    ['"conections": 5', '4:40 jobs[0].conections: `conections` is not a known field (did you mean `connections`?)'],
    ['"rhubarb": 5', '4:40 jobs[0].rhubarb: `rhubarb` is not a known field'],
    [
      '"metrics_export_port": 5',
      '4:40 jobs[0].metrics_export_port: `metrics_export_port` is not a known field (it is a field of `agent`)',
    ],
    ['"vus": 5', '4:40 jobs[0].vus: `vus` is not a known field (did you mean `connections`?)'],
    ['"rate": 5', '4:40 jobs[0].rate: `rate` is not a known field (did you mean `pace`?)'],
    [
      '"base_url": 5',
      '4:40 jobs[0].base_url: `base_url` is not a known field (did you mean `connection_string`, a field of the workload itself?)',
    ],
    [
      '"stages": [{ "duration": "1s", "pace": 5, "target": 5 }]',
      '4:82 jobs[0].stages[0].target: `target` is not a known field (did you mean `pace`?)',
    ],
    ['"threads": 5', '4:40 jobs[0].threads: `threads` is not a known field (it is a field of the workload itself)'],
    ['"connections": 0', '4:55 jobs[0].connections: must be a whole number from 1 to 100000; it is 0'],
    ['"connections": 100001', '4:55 jobs[0].connections: must be a whole number from 1 to 100000; it is 100001'],
    ['"connections": 1.5', '4:55 jobs[0].connections: must be a whole number from 1 to 100000; it is 1.5'],
    [
      '"connections": "50"',
      '4:55 jobs[0].connections: must be a whole number from 1 to 100000; it is "50" (write it without quotes)',
    ],
    ['"connections": null', '4:55 jobs[0].connections: must be a whole number from 1 to 100000; it is null'],
    ['"operations": -1', '4:54 jobs[0].operations: must be a whole number, 0 or more; it is -1'],
    ['"operations": [1]', '4:54 jobs[0].operations: must be a whole number, 0 or more; it is a list'],
    [
      '"duration": 10',
      '4:52 jobs[0].duration: must be a duration such as "30s", "200ms" or "1h30m"; it is 10 (add a unit: a bare number could be seconds or milliseconds)',
    ],
    [
      '"duration": "10"',
      '4:52 jobs[0].duration: must be a duration such as "30s", "200ms" or "1h30m"; it is "10" (add a unit: a bare number could be seconds or milliseconds)',
    ],
    [
      '"duration": 999999',
      '4:52 jobs[0].duration: must be a duration such as "30s", "200ms" or "1h30m"; it is 999999 (add a unit: a bare number could be seconds or milliseconds)',
    ],
    [
      '"duration": -1000000',
      '4:52 jobs[0].duration: must be a duration such as "30s", "200ms" or "1h30m"; it is -1000000 (add a unit: a bare number could be seconds or milliseconds)',
    ],
    ['"duration": "soon"', '4:52 jobs[0].duration: must be a duration such as "30s", "200ms" or "1h30m"; it is "soon"'],
    ['"precision": "0.2s"', '4:53 jobs[0].precision: must be at most 100ms'],
    ['"timeout": true', '4:51 jobs[0].timeout: must be a duration such as "30s", "200ms" or "1h30m"; it is true'],
    ['"drain": "-1s"', '4:49 jobs[0].drain: must be a duration such as "30s", "200ms" or "1h30m"; it is "-1s"'],
    ['"warm_up": {}', '4:51 jobs[0].warm_up: must be a duration such as "30s", "200ms" or "1h30m"; it is an object'],
    [
      '"think_time": 1',
      '4:54 jobs[0].think_time: must be a duration such as "30s", "200ms" or "1h30m"; it is 1 (add a unit: a bare number could be seconds or milliseconds)',
    ],
    [
      '"pace": -1',
      '4:48 jobs[0].pace: must be a number of requests per second, or text such as "500/s", "30000/m", "1000/h"; it is -1',
    ],
    [
      '"pace": 0, "arrival": "poisson"',
      '4:51 jobs[0].arrival: `arrival` has no effect without `pace` or `stages` (give the job a rate, or leave it out)',
    ],
    [
      '"pace": "500"',
      '4:48 jobs[0].pace: must be a number of requests per second, or text such as "500/s", "30000/m", "1000/h"; it is "500"',
    ],
    [
      '"pace": false',
      '4:48 jobs[0].pace: must be a number of requests per second, or text such as "500/s", "30000/m", "1000/h"; it is false',
    ],
    [
      '"pace": 5, "arrival": "poison"',
      '4:62 jobs[0].arrival: must be one of even, poisson; it is "poison" (did you mean `poisson`?)',
    ],
    ['"pace": 5, "overload": "drop"', '4:63 jobs[0].overload: must be one of queue, skip; it is "drop"'],
    ['"name": " "', '4:48 jobs[0].name: must not be blank; it is " "'],
    ['"name": 5', '4:48 jobs[0].name: must be text; it is 5'],
    ['"filter": []', '4:50 jobs[0].filter: must be an object; it is a list'],
    ['"stages": []', '4:50 jobs[0].stages: must hold at least one stage'],
    ['"stages": [{ "pace": 5 }]', '4:51 jobs[0].stages[0].duration: `duration` is missing'],
    [
      '"stages": [{ "duration": "1s", "pace": 5, "form": 1 }]',
      '4:82 jobs[0].stages[0].form: `form` is not a known field (did you mean `from`?)',
    ],
    [
      '"stages": [{ "duration": 5, "pace": -1 }]',
      '4:65 jobs[0].stages[0].duration: must be a duration such as "30s", "200ms" or "1h30m"; it is 5 (add a unit: a bare number could be seconds or milliseconds)\n4:76 jobs[0].stages[0].pace: must be a number of requests per second, or text such as "500/s", "30000/m", "1000/h"; it is -1',
    ],
    ['"pace": 5, "pace": 6', '4:51 jobs[0].pace: `pace` is given twice (keep one of the two)'],
  ])('%s', async (field, expected) => {
    expect((await problemLines([`{ "type": "read", "collection": "c",   ${field} }`])).join('\n')).toBe(expected);
  });

  test.each([
    ['{ "collection": "c" }', `4:1 jobs[0].type: \`type\` is missing (one of ${TYPES})`],
    [
      '{ "type": "reads", "collection": "c" }',
      `4:11 jobs[0].type: must be one of ${TYPES}; it is "reads" (did you mean \`read\`?)`,
    ],
    [
      '{ "type": "bulkWrite", "collection": "c" }',
      `4:11 jobs[0].type: must be one of ${TYPES}; it is "bulkWrite" (did you mean \`bulk_write\`?)`,
    ],
    ['{ "type": 5, "collection": "c" }', `4:11 jobs[0].type: must be one of ${TYPES}; it is 5`],
    ['7', '4:1 jobs[0]: must be an object; it is 7'],
    ['[]', '4:1 jobs[0]: must be an object; it is a list'],
    ['{ "type": "sleep" }', '4:1 jobs[0].duration: `duration` is missing'],
    [
      '{ "type": "sleep", "duration": 5 }',
      '4:32 jobs[0].duration: must be a duration such as "30s", "200ms" or "1h30m"; it is 5 (add a unit: a bare number could be seconds or milliseconds)',
    ],
    [
      '{ "type": "sleep", "duration": "5s", "connections": 5 }',
      '4:38 jobs[0].connections: `connections` does not apply to a sleep job (leave it out)',
    ],
    [
      '{ "type": "read" }',
      '4:1 jobs[0]: the job has no collection (give `collection`, a `schema` that has one, or the request itself with `http: { "path": ... }`, `sql` or `command`)',
    ],
    ['{ "parallel": [] }', '4:15 jobs[0].parallel: must hold at least one job'],
    ['{ "parallel": {} }', '4:15 jobs[0].parallel: must be a list; it is an object'],
    [
      '{ "type": "read", "http": { "path": "/" }, "users": 5 }',
      '4:53 jobs[0].users: must be a list of stages; it is 5 (for a fixed number of users, use `connections`)',
    ],
    [
      '{ "parallel": [{ "parallel": [{ "type": "sleep", "duration": "1s" }] }] }',
      '4:16 jobs[0].parallel[0]: parallel groups cannot be nested (list all jobs in one group)',
    ],
    [
      '{ "parallel": [{ "type": "sleep", "duration": "1s" }], "name": "x" }',
      '4:56 jobs[0].name: `name` does not apply to a parallel group (leave it out)',
    ],
    [
      '{ "parallel": [{ "type": "sleep", "duraton": "1s", "duration": "1s" }] }',
      '4:35 jobs[0].parallel[0].duraton: `duraton` is not a known field (did you mean `duration`?)',
    ],
  ])('%s', async (job, expected) => {
    expect((await problemLines([job])).join('\n')).toBe(expected);
  });

  test('checks the fields of a job of an unknown type', async () => {
    const found = await problemLines(['{ "type": "wirte", "conections": 5, "pace": -1, "collection": "c" }']);
    expect(found.map((text) => text.split(' ')[1])).toEqual(['jobs[0].type:', 'jobs[0].conections:', 'jobs[0].pace:']);
  });
});

describe('fields that do not apply to a type of job', () => {
  test.each([
    ['write', '"filter": {}'],
    ['bulk_write', '"filter": {}'],
    ['read', '"batch_size": 5'],
    ['update', '"batch_size": 5'],
    ['read', '"data_size": 5'],
    ['read', '"indexes": []'],
    ['drop_collection', '"pace": 5'],
    ['drop_collection', '"stages": [{ "duration": "1s", "pace": 5 }]'],
    ['drop_collection', '"duration": "5s"'],
    ['drop_collection', '"data_size": 5'],
    ['drop_collection', '"warm_up": "1s"'],
    ['drop_collection', '"overload": "skip"'],
    ['create_index', '"pace": 5'],
    ['create_index', '"filter": {}'],
    ['create_index', '"think_time": "1s"'],
  ])('%s with %s', async (type, field) => {
    const [, name] = /"(\w+)"/.exec(field) ?? [];
    const job = `{ ${field}, "type": "${type}", "collection": "c", "http": { "method": "POST", "path": "/x" } }`;
    expect(await problemLines([job])).toEqual([
      `4:3 jobs[0].${name}: \`${name}\` does not apply to a ${type} job (leave it out)`,
    ]);
  });
});

describe('pace', () => {
  test.each([
    [
      '"pace": 5, "stages": [{ "duration": "1s", "pace": 5 }]',
      '4:51 jobs[0].stages: `pace` and `stages` are both given; each sets the rate of the whole job (keep one of the two)',
    ],
    [
      '"arrival": "even"',
      '4:40 jobs[0].arrival: `arrival` has no effect without `pace` or `stages` (give the job a rate, or leave it out)',
    ],
    [
      '"overload": "skip"',
      '4:40 jobs[0].overload: `overload` has no effect without `pace` or `stages` (give the job a rate, or leave it out)',
    ],
    [
      '"stages": [{ "duration": "1s", "pace": 0 }, { "duration": "1s", "pace": "0/m" }]',
      '4:50 jobs[0].stages: all stages have a pace of 0: no requests would be sent',
    ],
  ])('%s', async (fields, expected) => {
    expect(await problemLines([`{ "type": "read", "collection": "c",   ${fields} }`])).toEqual([expected]);
  });

  test.each([
    '"stages": [{ "duration": "1s", "pace": 5 }, { "duration": "1s", "pace": 0 }]',
    '"stages": [{ "duration": "1s", "pace": 0, "from": 9 }], "duration": "1s"',
    '"stages": [{ "duration": "0s", "pace": "60/m" }], "arrival": "poisson", "overload": "skip"',
  ])('accepts %s', async (fields) => {
    expect(await problemLines([`{ "type": "read", "collection": "c", ${fields} }`])).toEqual([]);
  });
});

describe('schemas', () => {
  const USER =
    '{ "name": "user", "collection": "users", "schema": { "_id": "#id", "name": "#string" }, "save": ["name"] }';
  test.each([
    [
      ['{ "type": "read", "schema": "usr" }'],
      [USER],
      '4:29 jobs[0].schema: there is no schema "usr" (did you mean `user`?)',
    ],
    [
      ['{ "type": "read", "template": "order" }'],
      [USER],
      '4:31 jobs[0].template: there is no schema "order" (schemas: user)',
    ],
    [['{ "type": "read", "schema": "user" }'], [], '4:29 jobs[0].schema: there is no schema "user"'],
    [
      ['{ "type": "drop_collection", "template": "user", "schema": "user" }'],
      [USER],
      '4:30 jobs[0].template: `template` is an alias of `schema`: both are given (keep one of the two)',
    ],
    [
      ['{ "type": "write", "schema": "user" }'],
      [USER, USER],
      '8:11 schemas[1].name: there are two schemas named "user" (rename one)',
    ],
    [[], ['{ "name": "a" }'], '6:1 schemas[0]: `schema` is missing: the template of the documents'],
    [[], ['{ "schema": {} }'], '6:1 schemas[0].name: `name` is missing'],
    [
      [],
      ['{ "name": "a", "schema": {}, "template": {} }'],
      '6:30 schemas[0].template: `template` is an alias of `schema`: both are given (keep one of the two)',
    ],
    [[], ['{ "name": "a", "schema": [] }'], '6:26 schemas[0].schema: must be an object; it is a list'],
    [
      [],
      ['{ "name": "a", "schema": { "name": 1 }, "save": ["nam"] }'],
      '6:50 schemas[0].save[0]: the schema has no field "nam" (did you mean `name`?)',
    ],
    [
      [],
      ['{ "name": "a", "schema": {}, "colection": "x" }'],
      '6:30 schemas[0].colection: `colection` is not a known field (did you mean `collection`?)',
    ],
    [
      ['{ "type": "read", "schema": "bare" }'],
      ['{ "name": "bare", "schema": {} }'],
      '4:1 jobs[0]: the job has no collection (give `collection`, a `schema` that has one, or the request itself with `http: { "path": ... }`, `sql` or `command`)',
    ],
  ])('%j %j', async (jobs, schemas, expected) => {
    const found = await problemLines(jobs, schemas);
    // A workload requires a job, which is not tested here.
    expect(found.filter((text) => !text.includes('at least one job'))).toEqual([expected]);
  });

  test('a schema without a name is not suggested', async () => {
    const found = await problemLines(['{ "type": "read", "schema": "user" }'], ['{ "schema": {} }']);
    expect(found[0]).toBe('4:29 jobs[0].schema: there is no schema "user"');
  });
});

describe('tags', () => {
  test.each([
    ['"#strin"', '`#strin` is not a known tag (did you mean `#string`?)'],
    ['"user-#uud"', '`#uud` is not a known tag (did you mean `#uuid`?)'],
    ['"#rhubarb"', `\`#rhubarb\` is not a known tag (tags: ${TEMPLATE_TAGS.join(' ')}; \`##\` is a literal #)`],
    ['"#string(0)"', '`#string(0)` is not a tag (it is written #string or #string(n))'],
    ['"#pick()"', '`#pick()` is not a tag (it is written #pick(a,b,...))'],
    ['"#int"', '`#int` is not a tag (it is written #int(a,b))'],
    ['"#int(1)"', '`#int(1)` is not a tag (it is written #int(a,b))'],
    ['"#int(1.5,2)"', '`#int(1.5,2)` is not a tag (it is written #int(a,b))'],
    ['"#id(5)"', '`#id(5)` is not a tag (it is written #id)'],
  ])('%s', async (text, message) => {
    const schema = `{ "name": "a", "schema": { "list": [1, { "deep": ${text} }] } }`;
    const job = '{ "type": "sleep", "duration": "1s" }';
    expect(await problemLines([job], [schema])).toEqual([`7:50 schemas[0].schema.list[1].deep: ${message}`]);
  });

  test('accepts known and escaped tags, and text without tags', async () => {
    const schema =
      '{ "name": "a", "schema": { "t": "#id #string #uuid #now #int(1,5) #int( -3 , 9 ) ##fff # 5 #5 a#" } }';
    expect(await problemLines(['{ "type": "sleep", "duration": "1s" }'], [schema])).toEqual([]);
  });

  const SCHEMA =
    '{ "name": "user", "collection": "c", "existing": 1, "schema": { "name": "#string", "city": 1, "address": { "city": "#word" } }, "save": ["name", "city", "address.city"] }';
  test.each([
    ['{ "name": "#name" }', []],
    ['{ "name": "#string", "age": "#int(1,5)" }', []],
    ['{ "nick": "#name", "age": { "$gt": "#address.city" } }', []],
    ['{ "nick": "#nmae" }', ['4:41 jobs[0].filter.nick: `#nmae` is not a known tag (did you mean `#name`?)']],
    [
      '{ "age": { "$in": ["#citty"] } }',
      ['4:50 jobs[0].filter.age.$in[0]: `#citty` is not a known tag (did you mean `#city`?)'],
    ],
  ])('filter %s', async (filter, expected) => {
    expect(await problemLines([`{ "schema": "user", "filter": ${filter}, "type": "read" }`], [SCHEMA])).toEqual(
      expected,
    );
  });
});

describe('http', () => {
  const STATUS = 'must be a status (204), a class ("2xx"), a range ("200-204"), or a list of these';
  test.each([
    ['"http": { "methd": "GET" }', '2:57 http.methd: `methd` is not a known field (did you mean `method`?)'],
    ['"http": { "method": "GET IT" }', '2:67 http.method: must be an HTTP method such as "POST"; it is "GET IT"'],
    ['"http": { "path": "users" }', '2:65 http.path: must be a path that begins with /; it is "users"'],
    ['"http": { "version": 3 }', '2:68 http.version: must be one of 1, 2; it is 3'],
    ['"http": { "expect_status": 99 }', `2:74 http.expect_status: ${STATUS}; it is 99`],
    ['"http": { "expect_status": ["2xx", "6xx"] }', `2:82 http.expect_status[1]: ${STATUS}; it is "6xx"`],
    [
      '"http": { "expect_status": "300-200" }',
      '2:74 http.expect_status: must be a range of statuses from the lower to the higher; it is "300-200"',
    ],
    ['"http": { "expect_status": [] }', `2:74 http.expect_status: ${STATUS}`],
    ['"http": { "headers": { "a b": "x" } }', '2:70 http.headers["a b"]: "a b" is not a valid header name'],
    [
      '"http": { "headers": { "X-A": "x", "x-a": "y" } }',
      '2:82 http.headers["x-a"]: `x-a` and `X-A` are the same header',
    ],
    ['"http": { "auth": {} }', '2:65 http.auth: must hold either `basic` or `bearer`'],
    [
      '"http": { "auth": { "bearer": "t", "basic": { "username": "u", "password": "p" } } }',
      '2:65 http.auth: must hold either `basic` or `bearer`',
    ],
    ['"http": { "auth": { "basic": { "username": "u" } } }', '2:76 http.auth.basic.password: `password` is missing'],
    [
      '"http": { "auth": { "basic": { "user": "u", "username": "u", "password": "p" } } }',
      '2:78 http.auth.basic.user: `user` is not a known field (did you mean `username`?)',
    ],
    [
      '"http": { "auth": { "bearer": "t" }, "headers": { "Authorization": "x" } }',
      '2:57 http.auth: `auth` and a header `authorization` are both given (keep one of the two)',
    ],
    ['"http": { "proxy": "socks5://p" }', '2:66 http.proxy: must be an http or https URL'],
    ['"http": { "proxy": "p:3128" }', '2:66 http.proxy: must be an http or https URL'],
    [
      '"http": { "proxy": "http://p", "unix_socket": "/s" }',
      '2:57 http.proxy: `proxy` and `unix_socket` are both given; a unix socket has no proxy (keep one of the two)',
    ],
    ['"http": { "tls": { "cert": "c.pem" } }', '2:66 http.tls.cert: `cert` needs `key`'],
    ['"http": { "tls": { "key": "k.pem" } }', '2:66 http.tls.key: `key` needs `cert`'],
    [
      '"http": { "tls": { "insecure_skip_verify": "true" } }',
      '2:90 http.tls.insecure_skip_verify: must be true or false; it is "true" (write it without quotes)',
    ],
    [
      '"http": { "tls": { "verify": false } }',
      '2:66 http.tls.verify: `verify` is not a known field (it may be ca, cert, key, server_name, insecure_skip_verify, resume)',
    ],
    [
      '"agent": { "grafana": { "url": "https://g", "tls": { "resume": true } } }',
      '2:100 agent.grafana.tls.resume: `resume` is not a known field (it is a field of `http.tls`)',
    ],
  ])('%s', async (http, expected) => {
    expect(await problemLines(['{ "type": "read", "collection": "c" }'], [], http)).toEqual([expected]);
  });

  test('reports the settings of a job, also in a group', async () => {
    const job = '{ "type": "read", "collection": "c", "http": { "version": 3 } }';
    expect(await problemLines([job, `{ "parallel": [${job}] }`])).toEqual([
      '4:59 jobs[0].http.version: must be one of 1, 2; it is 3',
      '5:74 jobs[1].parallel[0].http.version: must be one of 1, 2; it is 3',
    ]);
  });

  test('create_index requires a request', async () => {
    const index = (http: string) => `{ "type": "create_index", "collection": "c", "http": ${http} }`;
    expect(
      await problemLines([index('{ "path": "/x" }'), index('{ "method": "PUT", "path": "/x" }'), index('{}')]),
    ).toEqual([
      '4:11 jobs[0].type: create_index has no request over HTTP (for example `http: { "method": "POST", "path": "/..." }`)',
      '6:11 jobs[2].type: create_index has no request over HTTP (for example `http: { "method": "POST", "path": "/..." }`)',
    ]);
    expect(await problemLines([index('{ "path": "/x" }')], [], '"http": { "method": "PUT" }')).toEqual([]);
  });
});

describe('the workload and its agent', () => {
  const PORT = 'must be a port, a whole number from 0 to 65535';
  test.each([
    ['"agnt": {}', '2:47 agnt: `agnt` is not a known field (did you mean `agent`?)'],
    ['"timeout": "5s"', '2:47 timeout: `timeout` is not a known field (it is a field of a job)'],
    ['"agent": []', '2:56 agent: must be an object; it is a list'],
    ['"agent": { "metrics_export_port": "70000" }', `2:81 agent.metrics_export_port: ${PORT}; it is "70000"`],
    [
      '"agent": { "metrics_export_url": 9090 }',
      '2:80 agent.metrics_export_url: must be a URL to push to; it is a number (to serve GET /metrics to scrapers: --metrics_export_port 9090, or "metrics_export_port": 9090 under "agent" in the file)',
    ],
    ['"agent": { "metrics_export_port": -1 }', `2:81 agent.metrics_export_port: ${PORT}; it is -1`],
    ['"agent": { "metrics_export_port": "" }', `2:81 agent.metrics_export_port: ${PORT}; it is ""`],
    ['"agent": { "port": -1 }', `2:66 agent.port: ${PORT}; it is -1`],
    ['"agent": { "port": "65536" }', `2:66 agent.port: ${PORT}; it is "65536"`],
    [
      '"agent": { "metrics_export_interval_seconds": 0 }',
      '2:93 agent.metrics_export_interval_seconds: must be a number of seconds above 0; it is 0',
    ],
    [
      '"agent": { "metrics_export_interval_seconds": "10" }',
      '2:93 agent.metrics_export_interval_seconds: must be a number of seconds above 0; it is "10" (write it without quotes)',
    ],
    [
      '"agent": { "metrics_export_url": "victoria:8428" }',
      '2:80 agent.metrics_export_url: must be an http or https URL (put http:// or https:// in front)',
    ],
    ['"agent": { "name": "" }', '2:66 agent.name: must not be blank; it is ""'],
    ['"threads": 0', '2:58 threads: must be a whole number from 1 to 64; it is 0'],
    ['"seed": -1', '2:55 seed: must be a whole number from 0 to 4294967295; it is -1'],
    ['"seed": 1e300', '2:55 seed: must be a whole number from 0 to 4294967295; it is 1e+300'],
    ['"buckets": []', '2:58 buckets: must hold at least one bound'],
    ['"buckets": [0, 1]', '2:59 buckets[0]: must be a number of seconds above 0; it is 0'],
    ['"buckets": [1, 0.5]', '2:58 buckets: must ascend: each bound above the one before'],
    ['"buckets": [1, 1]', '2:58 buckets: must ascend: each bound above the one before'],
    ['"threads": 1, "threads": 2', '2:61 threads: `threads` is given twice (keep one of the two)'],
  ])('%s', async (fields, expected) => {
    expect(await problemLines(['{ "type": "read", "collection": "c" }'], [], fields)).toEqual([expected]);
  });

  test('reports a workload without jobs', async () => {
    expect(await problemLines([])).toEqual(['3:9 jobs: must hold at least one job']);
    expect((await problemsOf('{ "connection_string": "embedded:" }')).map(line)).toEqual([
      'load.jsonc:1:1 jobs: `jobs` is missing (list the jobs to run; a file with `agent` only is for loadbot-agent start-agent -f FILE)',
    ]);
  });
});

test('reports every problem at once, in the order of the text', async () => {
  const found = await problemLines(
    [
      '{ "type": "reed", "conections": 5, "schema": "nope" }',
      '{ "type": "write", "schema": "user", "pace": -1, "filter": {} }',
      '{ "parallel": [{ "type": "sleep" }, { "type": "read", "collection": "c", "http": { "version": 5 } }] }',
    ],
    ['{ "name": "user", "collection": "c", "schema": { "a": "#nope" }, "save": ["b"] }'],
    '"thread": 2',
  );
  expect(found.map((text) => text.replace(/: .*/, ''))).toEqual([
    '2:47 thread',
    '4:11 jobs[0].type',
    '4:19 jobs[0].conections',
    '4:46 jobs[0].schema',
    '5:46 jobs[1].pace',
    '5:50 jobs[1].filter',
    '6:16 jobs[2].parallel[0].duration',
    '6:95 jobs[2].parallel[1].http.version',
    '9:55 schemas[0].schema.a',
    '9:75 schemas[0].save[0]',
  ]);
});

test('reports keys such as `__proto__` like any other unknown key', async () => {
  const found = await problemLines(['{ "type": "read", "collection": "c", "__proto__": {}, "constructor": 1 }']);
  expect(found).toEqual([
    '4:38 jobs[0].__proto__: `__proto__` is not a known field',
    '4:55 jobs[0].constructor: `constructor` is not a known field',
  ]);
});

test('reports positions in YAML', async () => {
  const text = [
    'connection_string: http://127.0.0.1:8080',
    'jobs:',
    '  - type: write',
    '    collection: c',
    '    conections: 5',
    '    timeout: 30',
    '    timeout: 30s',
    '  - parallel:',
    '      - { type: sleep, duration: .inf }',
    'agent:',
    '  metrics_export_port: 70000',
  ].join('\n');
  const found = await problemsOf(text, { source: 'load.yaml' });
  expect(found.map(({ file, path }) => `${file} ${path}`)).toEqual([
    'load.yaml:5:5 jobs[0].conections',
    'load.yaml:7:5 jobs[0].timeout',
    'load.yaml:9:34 jobs[1].parallel[0].duration',
    'load.yaml:9:34 jobs[1].parallel[0].duration',
    'load.yaml:11:24 agent.metrics_export_port',
  ]);
});

describe('secrets', () => {
  const env = { SECRET: 'hunter2', URL: 'ftp://bob:hunter2@h', LINES: 'hunter2\nhunter2' };
  test.each([
    '"connection_string": "mongodb://bob:hunter2@"',
    '"connection_string": "http://bob:hunter2@h:99999"',
    '"connection_string": "${URL}"',
    '"connection_string": 12345, "agent": { "metrics_export_url": "ftp://bob:hunter2@h" }',
    '"agent": { "metrics_export_url": "bob:hunter2@h" }',
    '"http": { "proxy": "socks://bob:hunter2@h" }',
    '"http": { "path": "http://bob:hunter2@h" }',
    '"http": { "headers": { "authorization": "${LINES}" } }',
    '"http": { "headers": { "authorization": "hunter2 ${NOPE}" } }',
    '"http": { "auth": { "bearer": ["hunter2"] } }',
    '"http": { "auth": { "basic": { "username": "hunter2" } } }',
    '"http": { "auth": "hunter2" }',
    '"http": { "headers": "hunter2" }',
    '"http": { "auth": { "basic": "hunter2", "bearer": "${SECRET}" } }',
  ])('reports an invalid %s without the secret', async (fields) => {
    const text = `{ "jobs": [{ "type": "read", "collection": "c" }], ${fields} }`;
    const problems = await problemsOf(text, { env });
    expect(problems.filter(({ path }) => path !== undefined).length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});
