import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseResultDocument } from '../../src/reports/document/parse-result-document.ts';
import type { RunEntry } from '../../src/run-store/run-entry.ts';
import { Agent, loadbot, scratchFile, workloadFile } from './agent.ts';

const WRITES = {
  name: 'shop',
  connection_string: 'embedded:',
  jobs: [{ name: 'fill', type: 'write', collection: 'c', operations: 40 }],
};
const ENDLESS = { ...WRITES, name: 'endless', jobs: [{ name: 'on and on', type: 'write', collection: 'c', pace: 50 }] };

async function startAgent(state: string) {
  const agent = new Agent(['start-agent', '--port', '0', '--name', 'a1', '--state', state, '--keep_runs', '2']);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
  await agent.sees(/is idle; start a run/);
  return { agent, uri };
}

test('an agent that was killed names the interrupted run, and keeps its past runs', async () => {
  const state = scratchFile('state');
  const killed = await startAgent(state);
  expect((await loadbot(['start', workloadFile(WRITES), '-u', killed.uri, '--follow'])).status).toBe(0);
  await loadbot(['start', workloadFile(ENDLESS), '-u', killed.uri]);
  const read = async (end: string) => {
    const name = readdirSync(state).find((file) => file.endsWith(end)) ?? expect.unreachable();
    return parseResultDocument(await readFile(join(state, name), 'utf8'), name);
  };
  await expect.poll(async () => (await read('.partial.json')).jobs[0]?.requests ?? 0).toBeGreaterThan(10);
  killed.agent.child.kill('SIGKILL');
  await killed.agent.ended;
  const saved = await read('.partial.json');

  const { agent, uri } = await startAgent(state);
  expect(await read('.interrupted.json')).toEqual(saved);
  const id = saved.run_id.slice(0, 8);
  const [, requests] = await agent.sees(
    new RegExp(`run ${id} of endless, started at \\S+, was interrupted at ${saved.ended_at} after (\\d+) requests: `),
  );
  expect(Number(requests)).toBe(saved.jobs[0]?.requests);

  const { stdout } = await loadbot(['runs', '-u', uri, '-u', '127.0.0.1:1', '--json']);
  const [mine, other] = JSON.parse(stdout) as { runs: RunEntry[]; error: string | null }[];
  expect(mine?.runs.map(({ workload, verdict, requests: count }) => [workload, verdict, count])).toEqual([
    ['endless', null, saved.jobs[0]?.requests],
    ['shop', 'passed', 40],
  ]);
  expect(other).toMatchObject({ runs: [], error: expect.stringContaining('no agent listens at') as string });
  const table = await loadbot(['runs', '-u', uri]);
  expect(table.status).toBe(0);
  expect(table.stdout).toMatch(new RegExp(`${id} +endless .* interrupted at .*\n.* shop .* 40 +0 +passed \\(0\\)\n$`));

  const summary = await loadbot(['result', id, '--summary', '-u', uri]);
  expect(summary.stdout).toContain(`no verdict: partial: the run was interrupted at ${saved.ended_at}`);
  const last = await loadbot(['result', '-u', uri]);
  expect(JSON.parse(last.stdout)).toMatchObject({ run_id: saved.run_id, partial: true });
  const unknown = await loadbot(['result', 'nothing', '-u', uri]);
  expect(unknown.stderr).toContain('no past run nothing\n  hint: loadbot-agent runs lists them');
  expect(unknown.status).toBe(104);

  // The oldest of three goes.
  expect((await loadbot(['start', workloadFile({ ...WRITES, name: 'third' }), '-u', uri, '--follow'])).status).toBe(0);
  const names = (await loadbot(['runs', '-u', uri])).stdout;
  expect(names).toMatch(/third/);
  expect(names).not.toMatch(/shop/);
  agent.child.kill('SIGTERM');
  expect((await agent.ended).status).toBe(0);
  expect(
    readdirSync(state)
      .map((name) => name.replace(/^.*-(.*)-.{8}\./, '$1.'))
      .toSorted(),
  ).toEqual(['endless.interrupted.json', 'third.json']);
});

test('a folder of another agent is refused, and one that cannot be written', async () => {
  const state = scratchFile('state');
  await startAgent(state);
  const second = await loadbot(['start-agent', '--port', '0', '--state', state]);
  expect(second.stderr).toMatch(/state is in use by the agent with the process id \d+\n {2}hint: /);
  expect(second.status).toBe(104);
  const file = workloadFile({});
  const third = await loadbot(['start-agent', '--port', '0', '--state', file]);
  expect(third.stderr).toMatch(new RegExp(`cannot use ${file}: `));
  expect(third.status).toBe(104);
});
