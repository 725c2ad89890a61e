import { afterAll, beforeAll, expect, it } from 'vitest';
import { Agent, readResult, runWorkload, scratchFile, workloadFile } from '../e2e/agent.ts';
import { describeWithServices, PUSHGATEWAY } from './binary.ts';
import { type PushgatewayService, startPushgateway } from './pushgateway.ts';

const AGENT = '186.12.9.19/ü';

function workloadOf(url: string, target: object = {}): object {
  return {
    connection_string: 'embedded:',
    agent: {
      name: AGENT,
      metrics_export_targets: [{ url, protocol: 'pushgateway', interval_seconds: 0.5, ...target }],
    },
    jobs: [
      { name: 'workload 1', type: 'write', collection: 'c', connections: 3, pace: 200, duration: '1500ms' },
      { name: 'workload 2', type: 'read', collection: 'c', connections: 3, operations: 500 },
    ],
  };
}

describeWithServices('a Pushgateway', [PUSHGATEWAY], () => {
  let gateway: PushgatewayService;
  beforeAll(async () => {
    gateway = await startPushgateway();
  });
  afterAll(() => gateway?.stop());

  it('has the final values of each run during the grace time, then none', async () => {
    const out = scratchFile('json');
    const workload = workloadFile(workloadOf(gateway.origin, { grace_seconds: 4 }));
    const agent = new Agent(['run', workload, '--out', out]);
    await agent.sees(/waiting for the last metrics/);
    const groups = await gateway.groups();
    const { status, stderr } = await agent.ended;
    expect(status).toBe(0);
    // A busy machine may be slow, but no push fails.
    const warnings = stderr.split('\n').filter((line) => line.includes('WARN') && line.includes(gateway.origin));
    expect(warnings.filter((line) => !line.includes('longer than the interval'))).toEqual([]);

    const result = readResult(out);
    const base = { job: 'loadbot', agent: AGENT };
    const byUuid = new Map(groups.map((group) => [group.labels['job_uuid'] ?? '', group]));
    expect([...byUuid.values()].map(({ labels }) => labels)).toEqual(
      expect.arrayContaining([base, ...result.jobs.map(({ uuid }) => ({ ...base, job_uuid: uuid }))]),
    );
    expect(groups.length).toBe(3);
    for (const job of result.jobs) {
      const group = byUuid.get(job.uuid);
      expect(group?.family('requests_total').metrics).toEqual([
        { labels: expect.objectContaining({ ...group?.labels, workload_job: job.name }), value: String(job.requests) },
      ]);
      const [histogram] = group?.family('requests_duration_seconds').metrics ?? [];
      expect(Number(histogram?.count)).toBe(job.service_time.count);
      expect(Number(histogram?.sum)).toBe(job.service_time.sum_seconds);
      for (const { le, count } of job.service_time.buckets) expect(Number(histogram?.buckets?.[le])).toBe(count);
    }
    expect(byUuid.get('')?.family('process_cpu_seconds_total').metrics.length).toBe(1);
    expect(await gateway.groups()).toEqual([]);
    expect(result.deliveries).toMatchObject([{ undelivered_samples: 0, last_error: null }]);
  });

  it('refuses conflicting families; the rest arrives, and the refused samples are counted', async () => {
    const body = '# TYPE requests_total gauge\nrequests_total 1\n';
    const other = `${gateway.origin}/metrics/job/other`;
    expect((await fetch(other, { method: 'PUT', body })).status).toBe(200);
    const url = `${gateway.origin}/metrics/job/contradicted`;
    const { status, stderr, result } = await runWorkload(workloadOf(url, { grace_seconds: 0 }), ['--require_delivery']);
    expect(status).toBe(113);
    expect(stderr).toMatch(/samples not delivered: status 400 \(pushed metrics are invalid or inconsistent/);
    const [delivery] = result.deliveries;
    expect(delivery?.delivered_samples).toBeGreaterThan(100);
    expect(delivery?.undelivered_samples).toBeGreaterThan(100);
    expect((await fetch(other, { method: 'DELETE' })).status).toBe(202);
    expect(stderr).toContain(`${delivery?.undelivered_samples.toLocaleString('en-US')} of `);
  });

  it('keeps the groups if configured', async () => {
    const { status } = await runWorkload(workloadOf(`${gateway.origin}/metrics/job/kept`, { keep_groups: true }));
    expect(status).toBe(0);
    const groups = await gateway.groups();
    expect(groups.map(({ labels }) => labels['job'])).toEqual(['kept', 'kept', 'kept']);
  });
});
