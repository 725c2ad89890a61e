import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Agent, scratchFile, workloadFile } from './agent.ts';

/** Characters that have a meaning in URLs, templates, variables, JSON and shells. */
const PASSWORD = 'p@ss/w#?: $x ${y} "q" \\ %25 100% ##';

interface Listener {
  readonly port: number;
  readonly authorizations: readonly string[];
}

/** A server that keeps the credentials of each request. */
async function listen(host: string, port = 0): Promise<Listener> {
  const authorizations: string[] = [];
  const server: Server = createServer((request, response) => {
    authorizations.push(request.headers.authorization ?? '');
    response.end('{}');
  });
  server.listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, authorizations };
}

const job = { type: 'read', connections: 1, operations: 1, http: { path: '/' } };

test.each([
  ['basic', { auth: { basic: { username: 'u', password: '${PW}' } } }],
  ['token', { headers: { authorization: 'Token ${PW}' } }],
])('a secret of special characters in a variable is sent unchanged and shown nowhere: %s', async (kind, http) => {
  const { port, authorizations } = await listen('127.0.0.1');
  const out = scratchFile('json');
  const file = workloadFile({ connection_string: `http://127.0.0.1:${port}`, http, jobs: [job] });
  const { status, stdout, stderr } = await new Agent(['run', file, '--out', out], { PW: PASSWORD }).ended;
  expect(status).toBe(0);
  const [given = ''] = authorizations;
  expect(authorizations).toHaveLength(1);
  expect(kind === 'basic' ? Buffer.from(given.replace('Basic ', ''), 'base64').toString() : given).toBe(
    kind === 'basic' ? `u:${PASSWORD}` : `Token ${PASSWORD}`,
  );
  for (const text of [stdout, stderr, readFileSync(out, 'utf8')]) expect(text).not.toContain('p@ss');
});

test('a password that contains a host name causes no request to that host', async () => {
  const meant = await listen('127.0.0.1');
  const other = await listen('127.0.0.2', meant.port);
  const connection_string = `http://u:\${PW}@127.0.0.1:${meant.port}`;
  const env = { PW: `p@127.0.0.2:${meant.port}/w` };
  const { status, stdout, stderr } = await new Agent(['run', workloadFile({ connection_string, jobs: [job] })], env)
    .ended;
  expect(status).toBe(104);
  expect(stderr).toContain('connection_string');
  expect(stderr).toContain('%40');
  expect(stdout + stderr).not.toContain('127.0.0.2');
  expect([...meant.authorizations, ...other.authorizations]).toEqual([]);
});
