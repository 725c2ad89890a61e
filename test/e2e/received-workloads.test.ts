import { createServer as createHttpServer } from 'node:http';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Agent, loadbot, workloadFile } from './agent.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'loadbot-received-'));
const file = (name: string): string => join(ROOT, name);
const SECRET = 'top-secret-content';
writeFileSync(file('rows.csv'), 'x\n1\n');
for (const name of ['secret.csv', 'secret.log', 'secret.pem', 'secret.proto', 'module.mjs']) {
  writeFileSync(file(name), `${SECRET}\n`);
}

const REFUSED = "it is not in a folder of the agent's --allow_files";
const HTTP = 'http://127.0.0.1:9/';
const job = (fields: object): object => ({ jobs: [{ type: 'write', collection: 'c', operations: 1, ...fields }] });
const connection = (url: string): object => ({ connection_string: url, ...job({}) });

/** Workloads that use a file of the agent, or execute a program. */
const ATTACKS: readonly (readonly [what: string, fields: object, error: string])[] = [
  ['a feeder', { feeders: [{ name: 'f', file: file('secret.csv') }], ...job({}) }, REFUSED],
  [
    'requests_from',
    job({ type: 'mixed', collection: undefined, requests_from: { file: file('secret.log') } }),
    REFUSED,
  ],
  ['body_file', job({ http: { method: 'POST', path: '/', body_file: file('secret.csv') } }), REFUSED],
  [
    'a part of multipart',
    job({ http: { method: 'POST', path: '/', multipart: { a: { file: file('secret.csv') } } } }),
    REFUSED,
  ],
  [
    'http.tls.ca',
    { connection_string: 'https://127.0.0.1:9/', http: { tls: { ca: file('secret.pem') } }, ...job({}) },
    REFUSED,
  ],
  [
    'http.tls.key',
    {
      connection_string: 'https://127.0.0.1:9/',
      http: { tls: { cert: file('secret.pem'), key: file('secret.pem') } },
      ...job({}),
    },
    REFUSED,
  ],
  ['a unix socket', { http: { unix_socket: '/var/run/docker.sock' }, ...job({}) }, REFUSED],
  [
    'tls of a source',
    { sources: [{ name: 's', url: 'https://127.0.0.1:9/', tls: { ca: file('secret.pem') } }], ...job({}) },
    REFUSED,
  ],
  ['a source that is a file', { sources: [{ name: 's', file: file('secret.log') }], ...job({}) }, 'must be allowed'],
  ['a source that is a command', { sources: [{ name: 's', command: ['id'] }], ...job({}) }, 'must be allowed'],
  ['functions', { functions: file('module.mjs'), ...job({}) }, 'allow'],
  ['a driver', { drivers: { 'x:': file('module.mjs') }, connection_string: 'x://h', ...job({}) }, 'allow'],
  ['an include', { include: [file('secret.csv')], ...job({}) }, 'secret.csv'],
  [
    'proto of gRPC',
    {
      connection_string: 'grpc://127.0.0.1:9',
      driver_options: { proto: file('secret.proto') },
      ...job({ collection: undefined, command: { method: 'a.B/C' } }),
    },
    REFUSED,
  ],
  [
    'creds_file of NATS',
    {
      connection_string: 'nats://127.0.0.1:9',
      driver_options: { creds_file: file('secret.pem') },
      ...job({ collection: undefined, command: { publish: 'a', data: 'b' } }),
    },
    REFUSED,
  ],
  [
    'sslrootcert of PostgreSQL',
    connection(`postgres://u@127.0.0.1:9/d?sslmode=require&sslrootcert=${file('secret.pem')}`),
    REFUSED,
  ],
  ['a unix socket of PostgreSQL', connection('postgres:///d?host=/var/run/postgresql'), REFUSED],
  ['ssl-key of MySQL', connection(`mysql://u@127.0.0.1:9/d?ssl-mode=require&ssl-key=${file('secret.pem')}`), REFUSED],
  ['a unix socket of MySQL', connection('mysql://u@localhost/d?socketPath=/run/mysqld/mysqld.sock'), REFUSED],
  ['tlsCAFile of MongoDB', connection(`mongodb://127.0.0.1:9/d?tls=true&tlsCAFile=${file('secret.pem')}`), REFUSED],
  ['a unix socket of MongoDB', connection('mongodb://%2Ftmp%2Fmongodb-27017.sock/d'), REFUSED],
  ['ssl_ca_certs of Redis', connection(`rediss://127.0.0.1:9/0?ssl_ca_certs=${file('secret.pem')}`), REFUSED],
];

async function openAgent(flags: readonly string[] = []) {
  const agent = new Agent(['start-agent', '--port', '0', ...flags]);
  const [, uri = ''] = await agent.sees(/control: http:\/\/([\d.]+:\d+)/);
  const ended = async (): Promise<unknown> => {
    for (;;) {
      const status = (await (await fetch(`http://${uri}/status`)).json()) as { state: string; last_run: unknown };
      if (status.state === 'idle') return status.last_run;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  /** The answer to a workload, and the end of its run if it was started. */
  const start = async (workload: object): Promise<string> => {
    const text = JSON.stringify({ connection_string: HTTP, ...workload });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`http://${uri}/start`, { method: 'POST', headers, body: JSON.stringify({ text }) });
    const answer = await response.text();
    if (response.status !== 202) return `${response.status} ${answer}`;
    return `${response.status} ${JSON.stringify(await ended())}`;
  };
  return { agent, uri, start };
}

describe('a received workload', () => {
  let agent: Awaited<ReturnType<typeof openAgent>>;
  beforeAll(async () => {
    agent = await openAgent();
  });
  afterAll(() => void agent.agent.child.kill('SIGKILL'));

  test.each(ATTACKS)('cannot use %s', async (_, fields, error) => {
    const answer = await agent.start(fields);
    expect(answer).toContain(error);
    expect(answer).not.toContain(SECRET);
    // Refused before a run, or ended by the driver before its first request.
    expect(answer).toMatch(/^400 |^202 .*"requests":0,/);
  });

  test('cannot probe which files exist', async () => {
    const using = (name: string): object => ({ feeders: [{ name: 'f', file: file(name) }], ...job({}) });
    const present = await agent.start(using('secret.csv'));
    expect(present).toContain(REFUSED);
    expect((await agent.start(using('absent.csv'))).replaceAll('absent.csv', 'secret.csv')).toBe(present);
  });

  test.each([
    'http://169.254.169.254/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
    'postgres://u@169.254.169.254/d',
    'postgres://u@2852039166/d',
    'mysql://u@169.254.169.254/d',
    'mongodb://u:p@127.0.0.1,169.254.169.254/d',
    'redis://169.254.169.254/0',
    'redis://2852039166/0',
    'nats://169.254.169.254',
  ])('cannot send load to %s', async (url) => {
    const command = url.startsWith('nats') ? { collection: undefined, command: { publish: 'a', data: 'b' } } : {};
    const answer = await agent.start({ connection_string: url, ...job(command) });
    expect(answer).toMatch(/link-local|metadata service/);
    expect(answer).toMatch(/^400 |^202 .*"requests":0,/);
  });
});

test('the files of allowed folders can be read, but not through links out of them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadbot-allowed-'));
  writeFileSync(join(folder, 'rows.csv'), 'x\n1\n');
  symlinkSync(file('secret.csv'), join(folder, 'link.csv'));
  const { agent, start } = await openAgent(['--allow_files', folder]);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const feeder = (name: string): object => ({
    connection_string: 'embedded:',
    feeders: [{ name: 'f', file: join(folder, name) }],
    schemas: [{ name: 's', schema: { a: '#f.x' } }],
    ...job({ type: 'write', schema: 's' }),
  });
  expect(await start(feeder('rows.csv'))).toMatch(/^202 .*"requests":1,"errors":0/);
  expect(await start(feeder('link.csv'))).toContain(REFUSED);
});

test('the file of an agent may use files, and a received one that replaces it may not', async () => {
  const workload = {
    connection_string: 'embedded:',
    feeders: [{ name: 'f', file: file('rows.csv') }],
    ...job({}),
  };
  const { agent, uri } = await openAgent(['-f', workloadFile(workload)]);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  expect((await loadbot(['start', '--follow', '-u', uri])).stdout).toContain('1 request, 0 errors');
  expect((await loadbot(['config', workloadFile(workload), '-u', uri])).stderr).toContain(REFUSED);
});

test('--allow_targets holds for received workloads', async () => {
  const { agent, start } = await openAgent(['--allow_targets', '*.example.com']);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  expect(await start(job({}))).toMatch(/^400 .*must not send load to 127\.0\.0\.1/);
});

test('redirects, sources and targets at link-local addresses are refused, with the flag they are dialled', async () => {
  const redirecting = createHttpServer((_, response) => {
    response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void redirecting.close());
  await new Promise((resolve) => redirecting.once('listening', resolve));
  const url = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}/`;
  const { agent, uri, start } = await openAgent();
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const workload = {
    connection_string: url,
    sources: [{ name: 's', url: 'http://169.254.169.254/metrics' }],
    ...job({ http: { path: '/', redirects: 3 }, collection: undefined }),
  };
  expect(await start(workload)).toMatch(/^400 .*metadata service.*sources\[0\]\.url/);
  expect(await start({ ...workload, sources: [] })).toMatch(/^202 .*"errors":1/);
  const result = await (await fetch(`http://${uri}/result`)).text();
  expect(result).toContain("the address of a link-local host or of a cloud's metadata service");
});

test('with --allow_link_local a run sends its requests there', async () => {
  // Whether the machine has such a network or not: the refusal is the only difference that counts.
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  const workload = workloadFile({ connection_string: 'http://169.254.0.1:9/', ...job({ timeout: '200ms' }) });
  const refused = await loadbot(['run', workload]);
  expect([refused.status, refused.stderr]).toEqual([104, expect.stringContaining('--allow_link_local')]);
  const allowed = await loadbot(['run', workload, '--allow_link_local']);
  expect(allowed.stderr).not.toContain('metadata service');
  expect(allowed.stdout).toMatch(/1 request|1 error/);
});
