import { afterEach, describe, expect, test, vi } from 'vitest';
import { failureOf, line } from '../../loading.ts';
import { plan, planJob, type Planning } from '../../planning.ts';
import { EXISTING_DOCUMENTS } from '../../../../existing-documents.ts';

afterEach(() => vi.unstubAllEnvs());

const httpOf = async (workload: object, job: object, rest: object = {}, planning: Planning = {}) =>
  (await planJob({ http: job }, { http: workload, ...rest }, planning)).http;

describe('merging', () => {
  test('a job overrides field by field', async () => {
    const workload = { method: 'put', path: '/a', body: { a: 1 }, version: 2, expect_status: '2xx' };
    expect(await httpOf(workload, {})).toMatchObject({
      method: 'PUT',
      path: '/a',
      body: { a: 1 },
      version: 2,
      expectStatus: [[200, 299]],
    });
    expect(await httpOf(workload, { path: '/b', body: null, expect_status: [204, '300-304', '4xx'] })).toMatchObject({
      method: 'PUT',
      path: '/b',
      body: null,
      version: 2,
      expectStatus: [
        [204, 204],
        [300, 304],
        [400, 499],
      ],
    });
  });

  test('a job overrides whether it resumes TLS sessions; the default is not to', async () => {
    const secure = { connection_string: 'https://h' };
    const [workload, job] = [{ tls: { resume: true } }, { tls: { server_name: 'a' } }];
    expect((await httpOf({}, job, secure)).resumesTls).toBe(false);
    expect((await httpOf(workload, job, secure)).resumesTls).toBe(true);
    expect((await httpOf(workload, { tls: { resume: false } }, secure)).resumesTls).toBe(false);
  });

  test('headers are merged whatever their case, and null removes', async () => {
    const workload = { headers: { 'X-A': '1', 'X-B': '2', 'x-c': '3' } };
    expect((await httpOf(workload, { headers: { 'x-a': '9', 'x-B': null, 'X-D': '#uuid' } })).headers).toEqual({
      'x-a': '9',
      'x-c': '3',
      'x-d': '#uuid',
    });
  });

  test('TLS settings are merged field by field', async () => {
    const planning = {
      source: 'dir/load.json',
      surroundings: { readFile: (path: string) => `<${path.replace(process.cwd(), '')}>` },
    };
    const workload = { tls: { ca: 'ca.pem', server_name: 'a', insecure_skip_verify: true } };
    const job = { tls: { server_name: 'b', cert: '/abs/c.pem', key: '../k.pem' } };
    expect((await httpOf(workload, job, { connection_string: 'https://h' }, planning)).tls).toEqual({
      ca: '</dir/ca.pem>',
      cert: '</abs/c.pem>',
      key: '</k.pem>',
      serverName: 'b',
      insecureSkipVerify: true,
    });
  });

  test('a unix socket is relative to the file', async () => {
    const planning = { source: 'dir/load.json' };
    expect((await httpOf({ unix_socket: 's.sock' }, {}, {}, planning)).unixSocket).toBe(`${process.cwd()}/dir/s.sock`);
    expect((await httpOf({}, { unix_socket: '/run/s.sock' }, {}, planning)).unixSocket).toBe('/run/s.sock');
  });
});

describe('files of TLS settings', () => {
  test('are all reported at once at the fields that name them', async () => {
    const text = [
      '{ "connection_string": "https://h",',
      '"http": { "tls": { "ca": "nope.pem" } },',
      '"jobs": [',
      '{ "type": "read", "collection": "c" },',
      '{ "type": "read", "collection": "c", "http": { "tls": { "ca": "other.pem" } } },',
      '],',
      `"schemas": [${JSON.stringify(EXISTING_DOCUMENTS)}] }`,
    ].join('\n');
    const error = await failureOf(plan(text, { overrides: { threads: 0 } }));
    expect(error.message).toBe('load.jsonc: 3 problems');
    expect(error.problems.map((problem) => line(problem).trim())).toEqual([
      '--threads: must be a whole number from 1 to 64; it is 0',
      'load.jsonc:2:26 http.tls.ca: cannot read nope.pem: no such file (relative to the workload file)',
      'load.jsonc:5:63 jobs[1].http.tls.ca: cannot read other.pem: no such file (relative to the workload file)',
    ]);
  });
});

describe('credentials', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  const inUrl = { connection_string: 'http://u:p@h' };
  const auth = { auth: { basic: { username: 'bob', password: 'pä:ss' } } };

  test.each([
    ['of the URL', {}, {}, inUrl, basic('u:p')],
    ['of the workload', auth, {}, {}, basic('bob:pä:ss')],
    ['of the workload, over the URL', auth, {}, inUrl, basic('bob:pä:ss')],
    ['of the job, over the workload', auth, { auth: { bearer: 'tok' } }, inUrl, 'Bearer tok'],
    ['of a header, over all before', auth, { headers: { Authorization: 'x' } }, inUrl, 'x'],
    [
      "of the job, over the workload's header",
      { headers: { authorization: 'x' } },
      { auth: { bearer: 'tok' } },
      {},
      'Bearer tok',
    ],
    ['with a # are no template', { auth: { bearer: 'a#id' } }, {}, {}, 'Bearer a##id'],
  ])('%s', async (_, workload, job, rest, expected) => {
    expect((await httpOf(workload, job, rest)).headers).toEqual({ authorization: expected });
  });

  test('can be removed by a null header', async () => {
    expect((await httpOf(auth, { headers: { AUTHORIZATION: null } }, inUrl)).headers).toEqual({});
  });

  test('can come from variables of the environment', async () => {
    const planning = { env: { TOKEN: 'se#cret', PASSWORD: 'p' } };
    const header = { headers: { 'x-key': 'k-${TOKEN}-#uuid' } };
    expect((await httpOf(header, { auth: { bearer: '${TOKEN}' } }, {}, planning)).headers).toEqual({
      'x-key': 'k-se##cret-#uuid',
      authorization: 'Bearer se##cret',
    });
  });

  test('are in no other part of the plan', async () => {
    const made = await plan({ ...inUrl, jobs: [{ type: 'write', collection: 'c' }] });
    expect(made.target).toEqual({ driver: 'http', url: 'http://h' });
  });
});

describe('the proxy', () => {
  const clear = () => {
    for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']) {
      vi.stubEnv(name, undefined);
      vi.stubEnv(name.toUpperCase(), undefined);
    }
  };
  const to = (connection_string: string) => ({ connection_string });

  test('of the environment is not used for loopback hosts', async () => {
    clear();
    vi.stubEnv('HTTP_PROXY', 'http://proxy:3128');
    const proxies = async (url: string) => (await httpOf({}, {}, to(url))).proxy;
    expect(await proxies('http://example.com')).toBe('http://proxy:3128');
    expect(await proxies('https://example.com')).toBeUndefined();
    for (const host of ['localhost', 'api.localhost', '127.0.0.1', '127.9.9.9', '[::1]', '[::ffff:127.0.0.1]']) {
      expect([host, await proxies(`http://${host}:8080`)]).toEqual([host, undefined]);
    }
    expect(await proxies('embedded:')).toBeUndefined();
    vi.stubEnv('NO_PROXY', 'example.com');
    expect(await proxies('http://example.com')).toBeUndefined();
  });

  test('of the file takes precedence, null disables it', async () => {
    clear();
    vi.stubEnv('HTTP_PROXY', 'http://proxy:3128');
    const target = to('http://example.com');
    expect((await httpOf({ proxy: 'http://own:1' }, {}, target)).proxy).toBe('http://own:1');
    expect((await httpOf({ proxy: 'http://own:1' }, { proxy: 'http://job:1' }, target)).proxy).toBe('http://job:1');
    expect((await httpOf({ proxy: 'http://own:1' }, {}, to('http://127.0.0.1'))).proxy).toBe('http://own:1');
    expect((await httpOf({ proxy: null }, {}, target)).proxy).toBeUndefined();
    expect((await httpOf({ unix_socket: '/s' }, {}, target)).proxy).toBeUndefined();
  });

  test('of the environment must have a supported scheme', async () => {
    clear();
    vi.stubEnv('ALL_PROXY', 'socks5://u:hunter2@proxy:1080');
    const error = await failureOf(httpOf({}, {}, to('http://example.com')));
    expect(error.problems.map(({ message }) => message)).toEqual([
      "the environment's proxy for http://example.com must be an http or https URL",
    ]);
    expect(JSON.stringify(error.problems)).not.toContain('hunter2');
  });
});
