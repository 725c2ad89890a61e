import { existsSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { WORKLOAD_LIMITS } from '../../src/shared/bounds.ts';
import { Agent } from './agent.ts';

const write = { type: 'write', operations: 1, collection: 'c' };
const base = { connection_string: 'embedded:', jobs: [write] };
const unnamed = JSON.stringify({ ...base, jobs: Array.from({ length: WORKLOAD_LIMITS.jobs }, () => write) });
const dots = JSON.stringify({ ...base, jobs: [{ ...write, http: { body: `#${'a.'.repeat(30_000)}` } }] });
/** Valid and slow to read: a list of YAML takes the parser a microsecond for each of its bytes. */
const slow = `connection_string: "embedded:"\njobs: [{ type: write, collection: c, operations: 1 }]\nx: [${'1, '.repeat(400_000)}1]\n`;

/** An agent for the rest of the test; its metrics and its control API. */
async function startAgent() {
  const agent = new Agent(['start-agent', '--port', '0', '--metrics_export_port', '0']);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, control = ''] = await agent.sees(/control: (http:\S+)\/status/);
  const [, metrics = ''] = await agent.sees(/metrics: (http:\S+)\/metrics/);
  await agent.sees(/is idle; start a run/);
  return { agent, control, metrics };
}

function post(url: string, body: string): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

const sent = (text: string, source: string): string => JSON.stringify({ text, source });

/** Processor time of a process, and of its main thread; in milliseconds. */
function cpuMsOf(pid: number): { readonly all: number; readonly main: number } {
  const ofThread = (id: string): number =>
    Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  // In ticks of 10 ms, with the threads that have ended.
  return { all: (Number(fields[11]) + Number(fields[12])) * 10, main: ofThread(`${pid}`) };
}

const hasThreadTimes = existsSync('/proc/self/schedstat');

test('answers scrapes and control requests while it parses hostile workloads', async () => {
  const { agent, control, metrics } = await startAgent();
  const pid = agent.child.pid ?? 0;
  const before = hasThreadTimes ? cpuMsOf(pid) : undefined;
  const posted = [dots, unnamed, '['.repeat(1_000_000)].map((text) => post(`${control}/config`, sent(text, 'x.json')));
  posted.push(post(`${control}/config`, sent(slow, 'x.yaml')));
  const answers: Response[] = [];
  for (const answer of posted) void answer.then((response) => answers.push(response));
  let asked = 0;
  while (answers.length < posted.length) {
    for (const url of [`${metrics}/metrics`, `${control}/status`]) {
      expect((await fetch(url)).status).toBe(200);
      asked++;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const statuses = (await Promise.all(posted)).map(({ status }) => status);
  expect(statuses).toEqual([400, 200, 400, 400]);
  // Parsed on the main thread, each workload would hold up all requests until it is answered.
  expect(asked).toBeGreaterThan(4 * posted.length);
  if (before === undefined) return;
  const after = cpuMsOf(pid);
  // To parse these takes seconds, of which the main thread has only the answers.
  expect(after.all - before.all).toBeGreaterThan(2000);
  expect((after.main - before.main) / (after.all - before.all)).toBeLessThan(0.5);
});

test('ends on SIGTERM while it parses a workload', async () => {
  const { agent, control } = await startAgent();
  const answer = post(`${control}/config`, sent(slow, 'x.yaml')).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 300));
  agent.child.kill('SIGTERM');
  expect((await agent.ended).status).toBe(0);
  await answer;
});

test('refuses a deeply nested body before it is parsed', async () => {
  const { control } = await startAgent();
  for (const body of [`[${'0,'.repeat(5_000_000)}0]`, `{${'"a":0,'.repeat(100_000)}"a":0}`]) {
    const response = await post(`${control}/config`, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'the body must be an object of a few texts' });
  }
});

test('plans the submitted workload, or reports its problems', async () => {
  const { control } = await startAgent();
  const wrong = JSON.stringify({ ...base, jobs: [{ ...write, conections: 2 }] });
  const refused = await post(`${control}/start`, sent(wrong, 'x.json'));
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    error: 'x.json: 1 problem',
    problems: [{ path: 'jobs[0].conections', hint: 'did you mean `connections`?' }],
  });
  expect((await post(`${control}/start`, sent(JSON.stringify(base), 'x.json'))).status).toBe(202);
});
