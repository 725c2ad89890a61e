import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Agent, loadbot, runWorkload, scratchFile, workloadFile } from './agent.ts';

/** Answers `{"ok": true}`, and every fourth rating with `{"ok": false}`. */
async function startPizzeria(): Promise<string> {
  let ratings = 0;
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      const ok = request.url !== '/ratings' || ++ratings % 4 !== 0;
      response.end(JSON.stringify({ ok }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ORDER = {
  name: 'order',
  type: 'scenario',
  connections: 4,
  operations: 40,
  steps: [
    { name: 'pizza', http: { method: 'POST', path: '/pizzas', body: { size: 3 } }, think_time: '200ms' },
    {
      name: 'rate it',
      http: { method: 'POST', path: '/ratings', body: { stars: 5 } },
      expect: { name: 'rated', json: { '$.ok': true } },
    },
  ],
};
const READS = { name: 'reads', type: 'read', connections: 2, operations: 30, http: { path: '/menu' } };

test('iterations and steps have separate rows in all reports, and totals count requests', async () => {
  const target = await startPizzeria();
  const files = Object.fromEntries(
    ['csv', 'markdown', 'html', 'openmetrics', 'k6', 'junit'].map((kind) => [kind, scratchFile(kind)]),
  );
  const reports = Object.entries(files).map(([kind, path]) => `${kind}=${path}`);
  const thresholds = [
    'iteration count == 40',
    'iteration error_rate < 30%',
    'iteration max < 60s',
    'count == 80',
    'errors == 10',
    'failed_checks == 10',
    { check: 'errors == 0', step: 'pizza' },
    { check: 'errors == 0', step: 'rate it' },
  ];
  const { status, stdout, stderr, result } = await runWorkload(
    { connection_string: target, threads: 2, jobs: [{ ...ORDER, thresholds }, READS] },
    ['--report', reports.join(',')],
  );
  expect(status).toBe(99);
  const rows = result.jobs.map((job) => [job.name, job.type, job.step, job.requests, job.errors, job.failed_checks]);
  expect(rows).toEqual([
    ['order', 'scenario', null, 40, 10, {}],
    ['order', 'write', 'pizza', 40, 0, {}],
    ['order', 'write', 'rate it', 40, 10, { rated: 10 }],
    ['reads', 'read', null, 30, 0, {}],
  ]);
  const [iterations, pizza] = result.jobs;
  expect(iterations?.responses_by_status).toBeNull();
  expect(iterations?.sent_bytes).toBe(0);
  expect(pizza?.responses_by_status).toEqual({ 200: 40 });
  // Without the 200 ms of think time.
  expect(iterations?.service_time.percentiles_seconds.p50).toBeLessThan(0.2);
  expect(result.thresholds.map(({ threshold, value, ok }) => [threshold, ok ? value : null])).toEqual([
    ['iteration count == 40', 40],
    ['iteration error_rate < 30%', 0.25],
    ['iteration max < 60s', iterations?.service_time.max_seconds],
    ['count == 80', 80],
    ['errors == 10', 10],
    ['failed_checks == 10', 10],
    ['errors == 0', 0],
    ['errors == 0', null],
  ]);
  expect(result.warnings.filter(({ message }) => message.startsWith('every'))).toEqual([]);

  expect(stdout).toMatch(/^ {2}iterations +40 /m);
  expect(stdout).toMatch(/^ {4}check +10 +25\.00% {2}rate it: rated/m);
  expect(stdout).toMatch(/^order · iterations +40 +10 /m);
  expect(stdout).toMatch(/^order · rate it +40 +10 /m);
  expect(stdout).toMatch(/^total +110 +10$/m);
  expect(stdout).not.toMatch(/retries|before|^ {2}requests +40 .*\n.*\n.*misses/m);
  expect(stderr).toMatch(/order: completed in .*, 40 iterations, /);
  expect(stderr).toMatch(/order · pizza: completed in .*, 40 requests, /);
  expect(stderr).toMatch(/requests=110 ok=100 misses=0 errors=10 .* iterations=40 iterations_failed=10 /);

  const read = (kind: string): string => readFileSync(files[kind] ?? '', 'utf8');
  const [header = '', ...lines] = read('csv').trim().split('\r\n');
  const columns = ['job', 'job_type', 'requests', 'errors', 'step'].map((name) => header.split(',').indexOf(name));
  expect(lines.map((line) => columns.map((at) => line.split(',')[at]))).toEqual([
    ['order', 'scenario', '40', '10', ''],
    ['order', 'write', '40', '0', 'pizza'],
    ['order', 'write', '40', '10', 'rate it'],
    ['reads', 'read', '30', '0', ''],
  ]);
  expect(read('markdown')).toMatch(/^\| order · iterations \| scenario \| +40 \| +10 \| 25\.00% \|/m);
  expect(read('markdown')).toMatch(/^\| order · rate it +\| write +\| +40 \| +10 \| 25\.00% \|/m);
  const html = read('html');
  const texts = ['order · iterations', 'iterations by latency', 'Failed checks of order · rate it', 'rated'];
  expect(texts.filter((text) => !html.includes(text))).toEqual([]);
  const k6 = JSON.parse(read('k6')) as { metrics: Record<string, { count: number; passes: number; fails: number }> };
  expect(k6.metrics['http_reqs']?.count).toBe(110);
  expect(k6.metrics['iterations']?.count).toBe(70);
  expect(k6.metrics['iterations{job:order}']?.count).toBe(40);
  expect(k6.metrics['http_req_failed']).toMatchObject({ passes: 10, fails: 100 });
  const counted = (name: string): (string | undefined)[] =>
    [...read('openmetrics').matchAll(new RegExp(`^loadbot_result_${name}\\{(.*)\\} (\\d+)`, 'gm'))].map(
      ([, labels, value]) => `${labels} ${value}`,
    );
  expect(counted('iterations')).toEqual(['job="order",job_type="scenario" 40']);
  expect(counted('requests')).toEqual([
    'job="order",job_type="write",step="pizza" 40',
    'job="order",job_type="write",step="rate it" 40',
    'job="reads",job_type="read" 30',
  ]);
  expect(read('junit').match(/name="ran"/g)).toHaveLength(2);
});

test('the exposition has families of iterations, and none of them among the requests', async () => {
  const target = await startPizzeria();
  const workload = { connection_string: target, jobs: [ORDER, { name: 'pause', type: 'sleep', duration: '10m' }] };
  const agent = new Agent(['run', workloadFile(workload), '--metrics_export_port', '0', '--k6_compat']);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, url = ''] = await agent.sees(/metrics: (http:\S+)/);
  await agent.sees(/order · rate it: completed/);
  const scraped = await (await fetch(url)).text();
  const valueOf = (name: string, ...labels: string[]): (number | undefined)[] =>
    scraped
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)))
      .map((line) => Number(line.slice(line.lastIndexOf(' '))));
  expect(valueOf('iterations_total', 'job_type="scenario"')).toEqual([40]);
  expect(valueOf('iterations_failed_total')).toEqual([10]);
  expect(valueOf('iterations_in_progress')).toEqual([0]);
  expect(valueOf('iteration_duration_seconds_count')).toEqual([40]);
  expect(valueOf('iteration_response_seconds_count')).toEqual([]);
  expect(valueOf('requests_total')).toEqual([40, 40]);
  expect(valueOf('requests_check_failed_total', 'check="rated"')).toEqual([10]);
  expect(valueOf('job_failures_total', 'job_type="scenario"', 'action="before"')).toEqual([0]);
  expect(valueOf('jobs_total', 'job_type="scenario"', 'status="completed"')).toEqual([1]);
  expect(valueOf('k6_iterations_total')).toEqual([40]);
  expect(valueOf('k6_http_reqs_total', 'expected_response="true"')).toEqual([40, 30]);
  expect(valueOf('k6_checks_rate', 'check="rated"')).toEqual([0.75]);
  expect(scraped).not.toMatch(/^requests_\w+\{[^}]*job_type="scenario"/m);
});

test('reports thresholds on iterations of jobs without a scenario, with positions', async () => {
  const [step] = ORDER.steps;
  const file = workloadFile({
    connection_string: 'http://127.0.0.1:1',
    jobs: [
      { ...READS, thresholds: ['iteration p(95) < 2s'] },
      { ...ORDER, steps: [step], thresholds: [{ check: 'iteration rate > 1', step: 'pizza' }] },
    ],
  });
  const { status, stderr } = await loadbot(['validate', file]);
  expect(status).toBe(104);
  expect(stderr).toMatch(/jobs\[0\]\.thresholds\[0\] +`iteration` needs a job of type "scenario"/);
  expect(stderr).toMatch(/jobs\[1\]\.thresholds\[0\]\.step +does not apply to iterations/);
});
