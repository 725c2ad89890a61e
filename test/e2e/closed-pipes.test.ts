import { expect, test } from 'vitest';
import { Agent, readResult, scratchFile, workloadFile } from './agent.ts';

const JOBS = [{ type: 'write', collection: 'c', pace: 100, operations: 100 }];

test.each(['stdout', 'stderr'] as const)('a run whose %s is closed by its reader ends normally', async (stream) => {
  const out = scratchFile('json');
  const workload = { connection_string: 'embedded:', jobs: JOBS, thresholds: ['p(50) < 1us'] };
  const agent = new Agent(['run', workloadFile(workload), '--out', out, '--log-level', 'debug']);
  agent.child[stream]?.destroy();
  expect((await agent.ended).status).toBe(99);
  expect(readResult(out)).toMatchObject({ end: 'completed', jobs: [{ ok: 100 }] });
});

test('a slow reader receives the whole output', async () => {
  // A pipe of the shell's: those of Node are sockets, which hold more.
  const reader = 'setTimeout(() => process.stdin.pipe(process.stdout), 1500)';
  const agent = new Agent(['schema'], {}, ['sh', '-c', `"$@" | "$0" -e '${reader}'`, process.execPath]);
  const { stdout } = await agent.ended;
  // More than a pipe holds.
  expect(stdout.length).toBeGreaterThan(65_536);
  expect(JSON.parse(stdout)).toHaveProperty('$schema');
});
