import { describe, expect, test } from 'vitest';
import { line, problemsOf } from '../../loading.ts';
import { plan, planJob } from '../../planning.ts';

const TARGETS = { targets: { auth: 'https://u:p@auth.example/base/', other: 'http://other.example' } };

describe('the plan of hosts', () => {
  test('has the URL of the target without credentials, which are a header of its requests', async () => {
    const { http } = await planJob({ http: { target: 'auth' } }, TARGETS);
    expect(http.targetUrl).toBe('https://auth.example/base');
    expect(http.headers).toEqual({ authorization: `Basic ${Buffer.from('u:p').toString('base64')}` });
  });

  test('has no credentials of another host', async () => {
    const workload = { ...TARGETS, http: { auth: { bearer: 'x' }, headers: { cookie: 'a=1', 'x-a': '1' } } };
    expect((await planJob({ http: { target: 'other' } }, workload)).http.headers).toEqual({ 'x-a': '1' });
    const own = { target: 'other', headers: { authorization: 'Own' } };
    expect((await planJob({ http: own }, workload)).http.headers).toEqual({ 'x-a': '1', authorization: 'Own' });
    expect((await planJob({ http: {} }, workload)).http.headers).toMatchObject({ authorization: 'Bearer x' });
  });

  test('masks the credentials of targets', async () => {
    const made = await plan({
      connection_string: 'http://h',
      targets: { auth: 'https://user:hunter22@auth.example' },
      jobs: [{ type: 'write', collection: 'c', operations: 1, http: { target: 'auth' } }],
    });
    expect(JSON.stringify(made.asRun)).not.toContain('hunter22');
    expect(JSON.stringify(made.asRun)).toContain('auth.example');
  });
});

describe('problems of hosts', () => {
  const workload = (targets: string, http: string): string => `{ "connection_string": "http://h", "targets": ${targets},
"jobs": [{ "type": "write", "collection": "c", "operations": 1,
"http": ${http} }] }`;

  test.each([
    [
      '{ "auth": "http://a" }',
      '{ "target": "auht" }',
      '3:21 jobs[0].http.target: the target `auht` does not exist (did you mean `auth`?)',
    ],
    [
      '{}',
      '{ "target": "a" }',
      '3:21 jobs[0].http.target: the target `a` does not exist (add it to `targets` of the workload)',
    ],
    ['{ "a": "redis://h/0" }', '{}', '1:54 targets.a: must be an http or https URL'],
    [
      '{ "a": "http://h/?q=1" }',
      '{}',
      '1:54 targets.a: must not have a query or a fragment (give `http: { "path": "/path?query" }` instead)',
    ],
    [
      '{}',
      '{ "connect_to": { "h:80": "h" } }',
      '3:35 jobs[0].http.connect_to["h:80"]: must be a host with a port such as "api.example.com:443"; it is "h"',
    ],
    [
      '{}',
      '{ "local_addresses": ["10.0.0.1", "eth0"] }',
      '3:43 jobs[0].http.local_addresses[1]: must be an IP address such as "10.0.0.2"; it is "eth0"',
    ],
    [
      '{}',
      '{ "unix_socket": "s", "local_addresses": ["10.0.0.1"] }',
      '3:31 jobs[0].http.local_addresses: `local_addresses` has no effect beside `unix_socket` (keep one of the two)',
    ],
  ])('%s %s', async (targets, http, expected) => {
    expect((await problemsOf(workload(targets, http))).map(line)).toEqual([`load.jsonc:${expected}`]);
  });
});
