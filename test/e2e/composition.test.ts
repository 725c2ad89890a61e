import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Agent, loadbot, readResult, scratchFile } from './agent.ts';
import { CountingServer } from './counting-server.ts';

const CERTIFICATES = new URL('../certificates/', import.meta.url);

/** Writes files below a fresh folder; returns its path. */
function folderOf(files: Readonly<Record<string, string | object>>): string {
  const folder = scratchFile('folder');
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

async function startServer(): Promise<CountingServer> {
  const server = await CountingServer.start();
  onTestFinished(() => server.stop());
  return server;
}

const WRITE = { name: 'w', type: 'write', collection: 'c', connections: 1 };

test('an environment and included files make one workload, with rows and certificates beside their files', async () => {
  const urls: string[] = [];
  const server = createServer(
    {
      key: readFileSync(new URL('server-key.pem', CERTIFICATES)),
      cert: readFileSync(new URL('server.pem', CERTIFICATES)),
    },
    (request, response) => {
      urls.push(`${String(request.headers['x-tenant'])} ${request.url}`);
      response.end('{}');
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const folder = folderOf({
    'load.jsonc': {
      include: ['common/base.yaml'],
      environments: { local: { connection_string: `https://127.0.0.1:${port}`, parameters: { COUNT: 3 } } },
      jobs: [{ ...WRITE, operations: '${COUNT}', http: { path: '/#users.name' } }],
    },
    'common/base.yaml': [
      'include: [rows/feeders.jsonc]',
      'parameters: { COUNT: { default: 100, description: requests } }',
      'connection_string: https://127.0.0.1:1',
      'http: { tls: { ca: ca.pem }, headers: { x-tenant: acme } }',
    ].join('\n'),
    'common/rows/feeders.jsonc': { feeders: [{ name: 'users', file: 'users.csv' }] },
    'common/rows/users.csv': 'name\nann\nbob\n',
  });
  copyFileSync(new URL('ca.pem', CERTIFICATES), join(folder, 'common/ca.pem'));
  const out = scratchFile('json');
  const run = await loadbot(['run', join(folder, 'load.jsonc'), '--environment', 'local', '--out', out]);
  expect(run.status, run.stderr).toBe(0);
  expect(urls).toEqual(['acme /ann', 'acme /bob', 'acme /ann']);
  expect(readResult(out).jobs.map(({ name, requests, errors }) => [name, requests, errors])).toEqual([['w', 3, 0]]);
  expect(JSON.stringify(readResult(out))).toContain('"COUNT":{"default":3,"description":"requests"}');

  const shown = await new Agent(['validate', join(folder, 'load.jsonc')], { LOADBOT_ENVIRONMENT: 'local' }).ended;
  expect(shown.stdout).toContain('1 job in the environment local');
  expect(shown.stdout).toMatch(/COUNT +3 +default +requests/);

  const unknown = await loadbot(['run', join(folder, 'load.jsonc'), '--environment', 'locale']);
  expect(unknown.status).toBe(104);
  expect(unknown.stderr).toMatch(/--environment +the workload has no environment "locale"/);
  expect(unknown.stderr).toContain('did you mean `local`? it has local');

  const overwrite = await loadbot(['run', join(folder, 'load.jsonc'), '--out', join(folder, 'common/base.yaml')]);
  expect(overwrite.status).toBe(104);
  expect(readFileSync(join(folder, 'common/base.yaml'), 'utf8')).toContain('include:');
});

test('errors name the included file; standard input includes relative to the current directory', async () => {
  const server = await startServer();
  const folder = folderOf({
    'bad.jsonc': `{\n  "http": { "timeout": "1s" } }`,
    'good.jsonc': { connection_string: `http://${server.host}` },
  });
  const main = (name: string): string =>
    JSON.stringify({ include: [join(folder, name)], jobs: [{ ...WRITE, operations: 2 }] });
  const bad = await loadbot(['validate', '-'], main('bad.jsonc'));
  expect(bad.status).toBe(104);
  expect(bad.stderr).toMatch(/bad\.jsonc:2:13 +http\.timeout +`timeout` is not a known field/);
  const good = await loadbot(['run', '--allow_invalid', '--stdin'], main('good.jsonc'));
  expect(good.status, good.stderr).toBe(0);
  expect(server.received).toHaveLength(2);
});

test('an agent receives included files with a workload, and reads none itself', async () => {
  const server = await startServer();
  const folder = folderOf({
    'load.jsonc': { include: ['base.jsonc'], jobs: [{ ...WRITE, operations: 2 }] },
    'base.jsonc': { environments: { a: { connection_string: `http://${server.host}` } } },
  });
  const agent = new Agent(['start-agent', '--port', '0'], { LOADBOT_ENVIRONMENT: 'a' });
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
  await agent.sees(/is idle; start a run/);
  const { status, stderr } = await loadbot(['start', join(folder, 'load.jsonc'), '-u', uri, '--follow']);
  expect(status, stderr).toBe(0);
  expect(server.received).toHaveLength(2);

  const piped = JSON.stringify({ include: [join(folder, 'base.jsonc')], jobs: [{ ...WRITE, operations: 1 }] });
  const stdin = await loadbot(['start', '--stdin', '-u', uri, '--follow'], piped);
  expect(stdin.status, stdin.stderr).toBe(0);
  expect(server.received).toHaveLength(3);

  // A file that was not sent along.
  const body = { text: piped, source: join(folder, 'load.jsonc') };
  const response = await fetch(`http://${uri}/start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/cannot read [^ ]*base\.jsonc: no such file/);
});
