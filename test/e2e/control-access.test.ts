import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Agent, loadbot, scratchFile } from './agent.ts';

const TOKEN = '5ec2e7c0ffee5ec2e7c0ffee';

/** An agent with a token in a file. */
async function open(flags: readonly string[] = []) {
  const file = scratchFile('token');
  writeFileSync(file, `${TOKEN}\n`);
  const agent = new Agent(['start-agent', '--port', '0', '--token_file', file, '--log-level', 'debug', ...flags]);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, uri = ''] = await agent.sees(/control: http:\/\/([\d.]+:\d+)/);
  return { agent, uri, file };
}

test('clients need the token, which no output and no process list has', async () => {
  const { agent, uri, file } = await open();
  const without = await loadbot(['status', '-u', uri]);
  expect(without.status).toBe(1);
  expect(without.stderr).toContain('refused (401): the header authorization: Bearer TOKEN is needed');
  expect(without.stderr).toContain('--token_file FILE');
  const [status, stop] = await Promise.all([
    loadbot(['status', '-u', uri, '--token_file', file]),
    loadbot(['stop', '-u', uri, '--token_file', file]),
  ]);
  expect([status.status, stop.status]).toEqual([0, 0]);
  expect(status.stdout).toContain('idle');
  expect(readFileSync(`/proc/${agent.child.pid}/cmdline`, 'utf8')).not.toContain(TOKEN);
  agent.child.kill('SIGTERM');
  const ended = await agent.ended;
  for (const text of [ended.stdout, ended.stderr, without.stderr, status.stdout]) expect(text).not.toContain(TOKEN);
});

test('does not start beyond loopback without a token', async () => {
  const { status, stderr } = await loadbot(['start-agent', '--port', '0', '--control_host', '0.0.0.0']);
  expect(status).toBe(104);
  expect(stderr).toContain('--control_host 0.0.0.0 needs a token');
});

const OUTSIDE = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

test.skipIf(OUTSIDE === undefined)('answers on an address of the machine with the token only', async () => {
  const { agent, uri } = await open(['--control_host', OUTSIDE ?? '']);
  expect(agent.stderr).toContain('(open to the network, with a token)');
  expect((await fetch(`http://${uri}/status`)).status).toBe(401);
  expect((await fetch(`http://${uri}/readyz`)).status).toBe(200);
  const answer = await fetch(`http://${uri}/status`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(await answer.json()).toMatchObject({ state: 'idle' });
});
