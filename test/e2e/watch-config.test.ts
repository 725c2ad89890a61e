import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Agent, loadbot, scratchFile, workloadFile } from './agent.ts';

const workload = (name: string, fields: object = {}): string =>
  JSON.stringify({
    name,
    connection_string: 'embedded:',
    jobs: [{ name: 'on and on', type: 'write', collection: 'c', pace: 20, ...fields }],
  });

async function watching(file: string) {
  const agent = new Agent(['start-agent', '--port', '0', '-f', file, '--watch_config']);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, uri = ''] = await agent.sees(/control: http:\/\/([\d.]+:\d+)/);
  await agent.sees(/is idle; start a run/);
  const status = async () =>
    (await (await fetch(`http://${uri}/status`)).json()) as {
      readonly state: string;
      readonly run_id: string | null;
      readonly workload: string | null;
    };
  return { agent, uri, status };
}

test('a changed file replaces the workload, and a run of it starts again', async () => {
  const file = scratchFile('json');
  writeFileSync(file, workload('one'));
  const { agent, uri, status } = await watching(file);
  writeFileSync(file, workload('two'));
  await agent.sees(/changed: the next start runs it/);
  await loadbot(['start', '-u', uri]);
  const before = await status();
  expect(before).toMatchObject({ state: 'running', workload: 'two' });

  // As editors do: another file takes its name.
  const next = scratchFile('json');
  writeFileSync(next, workload('three'));
  renameSync(next, file);
  await agent.sees(new RegExp(`changed: stopping run ${before.run_id} to start it again`));
  await expect.poll(async () => (await status()).workload).toBe('three');
  const after = await status();
  expect(after.run_id).not.toBe(before.run_id);
  const { stdout } = await loadbot(['runs', '-u', uri, '--json']);
  expect(stdout).toContain(before.run_id);
});

test('an invalid edit is reported with its place, and the run goes on; the next valid one is used', async () => {
  const file = scratchFile('json');
  writeFileSync(file, workload('one'));
  const { agent, uri, status } = await watching(file);
  await loadbot(['start', '-u', uri]);
  const before = await status();
  writeFileSync(file, workload('broken', { pace: 'quick' }));
  await agent.sees(
    /ERROR \S+ changed and cannot be used; the agent keeps the earlier one: \S+:1:\d+ jobs\[0\]\.pace must be/,
  );
  writeFileSync(file, '{ "name": ');
  await expect.poll(() => agent.stderr.match(/cannot be used/g)?.length).toBe(2);
  expect(await status()).toMatchObject({ state: 'running', run_id: before.run_id });
  writeFileSync(file, workload('fixed'));
  await expect.poll(async () => (await status()).workload).toBe('fixed');
});

test('a run of a sent workload goes on, and files behind links and includes are watched', async () => {
  const [target, other, link, part] = [
    scratchFile('json'),
    scratchFile('json'),
    scratchFile('json'),
    scratchFile('json'),
  ];
  writeFileSync(part, '{ "seed": 1 }');
  const including = (name: string): string => JSON.stringify({ ...JSON.parse(workload(name)), include: [part] });
  writeFileSync(target, including('one'));
  symlinkSync(target, link);
  const { agent, uri, status } = await watching(link);
  await loadbot(['start', workloadFile(JSON.parse(workload('sent'))), '-u', uri]);
  const before = await status();
  expect(before.workload).toBe('sent');
  // As Kubernetes does: another file behind the link.
  writeFileSync(other, including('two'));
  const nextLink = scratchFile('json');
  symlinkSync(other, nextLink);
  renameSync(nextLink, link);
  await agent.sees(/changed: the next start runs it/);
  writeFileSync(part, '{ "seed": 2 }');
  await expect.poll(() => agent.stderr.match(/the next start runs it/g)?.length).toBe(2);
  expect(await status()).toMatchObject({ state: 'running', run_id: before.run_id });
});

test('a file is needed', async () => {
  const { status, stderr } = await loadbot(['start-agent', '--watch_config']);
  expect(status).toBe(104);
  expect(stderr).toContain('--watch_config needs a file\n  hint: name it: -f FILE');
});
