import { describe, expect, it } from 'vitest';
import { NO_LABEL_RULES, OWN_LABELS } from '../../../src/plan/label-rules.ts';
import { failure, OK } from '../../../src/shared/outcome.ts';
import type { Family, Labels } from '../../../src/metrics/family.ts';
import { createMetricsRegistry, type MetricsRegistry } from '../../../src/metrics/metrics-registry.ts';
import { formatText } from '../../../src/metrics/text.ts';
import type { JobSnapshot, Snapshot } from '../../../src/recorder/snapshot.ts';
import { type ParsedFamily, parseExposition, sampleOf } from '../../exposition-parser.ts';
import { BOUNDS, buildJob, buildSnapshot, request } from '../../snapshot-builder.ts';
import { registryOptions } from '../../registry-options.ts';
import { VirtualClock } from '../../virtual-clock.ts';

async function expose(
  registry: MetricsRegistry,
  runs: readonly Snapshot[],
  others: readonly Family[] = [],
): Promise<readonly ParsedFamily[]> {
  return parseExposition(formatText(await registry.collect(runs, others), { timestamps: false }));
}

function jobOf(uuid: string, requests: number, given: Partial<JobSnapshot> = {}): JobSnapshot {
  const record = (recorder: Parameters<typeof request>[0]): void => {
    for (let index = 0; index < requests; index++) request(recorder, index % 10 === 0 ? failure('reset') : OK, 4);
  };
  return { ...buildJob({ name: 'a', uuid, record }), ...given };
}

function runOf(runId: string, ...jobs: JobSnapshot[]): Snapshot {
  return { ...buildSnapshot(jobs), runId };
}

/** A metric that comes from elsewhere. */
const pushes: Family = {
  name: 'loadbot_push_calls_total',
  type: 'counter',
  help: 'Attempts to push.',
  samples: [{ suffix: '', labels: { target: 'http://vm' }, value: 3 }],
};

const samplesOf = (families: readonly ParsedFamily[]) => families.flatMap(({ samples }) => samples);

describe('createMetricsRegistry', () => {
  it('has the label agent on every series, including those of the process', async () => {
    const families = await expose(
      createMetricsRegistry(registryOptions({ goCompat: true })),
      [runOf('1', jobOf('u', 1))],
      [pushes],
    );
    expect(samplesOf(families).filter(({ labels }) => labels['agent'] !== 'agent-1')).toEqual([]);
    expect(sampleOf(families, 'loadbot_push_calls_total', { target: 'http://vm' })).toBe(3);
  });

  it('has timestamps of a run that do not change with the system clock', async () => {
    const clock = new VirtualClock();
    const registry = createMetricsRegistry(registryOptions({ clock }));
    const runs = [runOf('1', jobOf('u', 1))];
    const { epochMs: startMs } = await registry.collect(runs);
    expect(startMs).toBe(clock.epochMs());
    for (const byMs of [-3_600_000, 10_800_000]) {
      clock.setWall(byMs);
      clock.pass(1000);
      expect((await registry.collect(runs)).epochMs).toBe(startMs + clock.nowMs());
    }
    // The next run begins with the time of day of its beginning, unless that would be earlier.
    const next = [...runs, runOf('2', jobOf('v', 1))];
    expect((await registry.collect(next)).epochMs).toBe(clock.epochMs());
    clock.setWall(-7_200_000);
    clock.pass(1000);
    const { epochMs } = await registry.collect([...next, runOf('3', jobOf('w', 1))]);
    expect(epochMs).toBe(startMs + 7_200_000 + 3000);
  });

  it('exposes the families of the agent without runs', async () => {
    const families = await expose(createMetricsRegistry(registryOptions()), []);
    expect(sampleOf(families, 'loadbot_build_info', { agent: 'agent-1' })).toBe(1);
    expect(sampleOf(families, 'loadbot_evicted_jobs_total')).toBe(0);
    expect(families.map(({ name }) => name)).not.toContain('loadbot_run_info');
    expect(families.map(({ name }) => name)).not.toContain('requests_total');
  });

  it('shows several runs together, each with its information', async () => {
    const families = await expose(createMetricsRegistry(registryOptions()), [
      runOf('1', jobOf('u', 10)),
      runOf('2', jobOf('v', 20)),
    ]);
    expect(sampleOf(families, 'requests_total', { job_uuid: 'u' })).toBe(10);
    expect(sampleOf(families, 'requests_total', { job_uuid: 'v' })).toBe(20);
    expect(sampleOf(families, 'loadbot_run_info', { run_id: '1' })).toBe(1);
    expect(sampleOf(families, 'loadbot_run_info', { run_id: '2' })).toBe(1);
  });

  it('shows whether debugging is on at that moment', async () => {
    const debug = { on: false };
    const registry = createMetricsRegistry(registryOptions({ debug }));
    expect(sampleOf(await expose(registry, []), 'loadbot_debug')).toBe(0);
    debug.on = true;
    expect(sampleOf(await expose(registry, []), 'loadbot_debug')).toBe(1);
  });

  it('drops a run some time after its end', async () => {
    const clock = new VirtualClock();
    const registry = createMetricsRegistry(registryOptions({ clock, keepMs: 60_000 }));
    const ended = { ...runOf('1', jobOf('u', 10)), endedMs: clock.nowMs() };
    clock.pass(60_000);
    expect(sampleOf(await expose(registry, [ended]), 'requests_total')).toBe(10);
    clock.pass(1);
    const after = await expose(registry, [ended]);
    expect(after.map(({ name }) => name)).not.toContain('requests_total');
    expect(registry.hasExpired('1')).toBe(true);
  });

  it.each([
    ['as they are', NO_LABEL_RULES],
    ['changed', { added: { env: 'x' }, dropped: ['job_uuid'], jobLabel: 'workload_job' }],
  ])('has the same label objects at every reading, so that their text can be cached: %s', async (_, rules) => {
    const registry = createMetricsRegistry(registryOptions({ labelRules: rules }));
    const labels = async (): Promise<Labels[]> => {
      const { families } = await registry.collect([runOf('1', jobOf('u', 1))]);
      const recorded = families.filter(({ name }) => /^(requests|jobs?)_/.test(name));
      return recorded.flatMap(({ samples }) => samples.map(({ labels }) => labels));
    };
    const first = await labels();
    const second = await labels();
    expect(first.length).toBeGreaterThan(40);
    expect(second.filter((one, index) => one !== first[index])).toEqual([]);
  });

  it('counts evicted jobs', async () => {
    const jobs = Array.from({ length: 203 }, (_, index) => jobOf(`u${index}`, 0));
    const families = await expose(createMetricsRegistry(registryOptions()), [runOf('1', ...jobs)]);
    expect(sampleOf(families, 'loadbot_evicted_jobs_total')).toBe(3);
  });

  it('lists all labels of its own families', async () => {
    const registry = createMetricsRegistry(registryOptions({ goCompat: true }));
    const job = buildJob({ name: 'a', paced: true, recordWarmUp: () => {} });
    const names = samplesOf(await expose(registry, [buildSnapshot([job])])).flatMap(({ labels }) =>
      Object.keys(labels),
    );
    const unknown = [...new Set(names)].filter((name) => !OWN_LABELS.includes(name));
    expect(unknown.toSorted()).toEqual(['le', 'quantile']);
  });
});

describe('label rules', () => {
  const clock = new VirtualClock();
  const rules = (given: Partial<typeof NO_LABEL_RULES>): MetricsRegistry =>
    createMetricsRegistry(registryOptions({ clock, goCompat: true, labelRules: { ...NO_LABEL_RULES, ...given } }));

  it('adds labels to every series', async () => {
    const registry = rules({ added: { env: 'prod', say: 'a "b"\n' } });
    const samples = samplesOf(await expose(registry, [runOf('1', jobOf('u', 1))], [pushes]));
    expect(samples.length).toBeGreaterThan(100);
    expect(samples.filter(({ labels }) => labels['env'] !== 'prod' || labels['say'] !== 'a "b"\n')).toEqual([]);
  });

  it('renames the label job, so that another one can be added', async () => {
    const registry = rules({ jobLabel: 'workload_job', added: { job: 'loadbot' } });
    const families = await expose(registry, [runOf('1', jobOf('u', 10))]);
    expect(sampleOf(families, 'requests_total', { workload_job: 'a', job: 'loadbot' })).toBe(10);
    const process = samplesOf(families).find(({ name }) => name === 'process_resident_memory_bytes');
    expect(process?.labels).toEqual({ agent: 'agent-1', job: 'loadbot' });
  });

  it('sums series that become equal without a label: counters, gauges and every bucket', async () => {
    const registry = rules({ dropped: ['job_uuid'] });
    const runs = [runOf('1', jobOf('u', 10), jobOf('v', 20)), runOf('2', jobOf('w', 30))];
    const families = await expose(registry, runs); // the parser refuses a series that is there twice
    expect(samplesOf(families).filter(({ labels }) => 'job_uuid' in labels)).toEqual([]);
    expect(sampleOf(families, 'requests_total')).toBe(60);
    expect(sampleOf(families, 'requests_error')).toBe(6);
    expect(sampleOf(families, 'requests_error_class_total', { class: 'reset' })).toBe(6);
    expect(sampleOf(families, 'requests_duration_seconds_count')).toBe(60);
    expect(sampleOf(families, 'requests_duration_seconds_sum')).toBeCloseTo(0.24, 9);
    expect(sampleOf(families, 'requests_duration_seconds_bucket', { le: '0.0025' })).toBe(0);
    expect(sampleOf(families, 'requests_duration_seconds_bucket', { le: '0.005' })).toBe(60);
    expect(sampleOf(families, 'jobs_total', { status: 'completed' })).toBe(3);
    expect(sampleOf(families, 'job_run_duration_seconds_count')).toBe(3);
    const quantiles = samplesOf(families).filter(({ labels }) => 'quantile' in labels);
    expect([...new Set(quantiles.map(({ name }) => name))]).toEqual(['go_gc_duration_seconds']);
  });

  it('exposes info families once with dropped labels', async () => {
    const registry = rules({ dropped: ['run_id'] });
    const families = await expose(registry, [runOf('1', jobOf('u', 1)), runOf('2', jobOf('v', 1))]);
    expect(sampleOf(families, 'loadbot_run_info')).toBe(1);
  });

  it('exposes the status of thresholds once with dropped labels', async () => {
    const labels = { job: 'a', threshold: 'p(99) < 200ms' };
    const limits = ['u', 'v'].map((uuid) => ({ suffix: '', labels: { ...labels, job_uuid: uuid }, value: 0.2 }));
    const family: Family = { name: 'loadbot_threshold_limit', type: 'gauge', help: 'limit', samples: limits };
    const registry = rules({ dropped: ['job_uuid'] });
    const exposed = parseExposition(formatText(await registry.collect([], [family]), { timestamps: false }));
    expect(sampleOf(exposed, 'loadbot_threshold_limit')).toBe(0.2);
  });

  it('keeps series that still differ', async () => {
    const families = await expose(rules({ dropped: ['job_uuid'] }), [
      runOf('1', jobOf('u', 10), { ...jobOf('v', 20), name: 'b' }, jobOf('w', 40, { type: 'update' })),
    ]);
    expect(sampleOf(families, 'requests_total', { job: 'b' })).toBe(20);
    expect(sampleOf(families, 'requests_total', { job: 'a', job_type: 'read' })).toBe(10);
    expect(sampleOf(families, 'requests_total', { job: 'a', job_type: 'update' })).toBe(40);
  });

  it('decreases no counter when a job that shares a series is removed', async () => {
    const registry = rules({ dropped: ['job_uuid'] });
    const first = { ...runOf('1', jobOf('u', 10)), endedMs: clock.nowMs() };
    const second = runOf('2', jobOf('v', 20));
    expect(sampleOf(await expose(registry, [first, second]), 'requests_total')).toBe(30);
    clock.pass(61_000);
    const families = await expose(registry, [first, second]);
    expect(registry.hasExpired('1')).toBe(true);
    expect(sampleOf(families, 'requests_total')).toBe(30);
    expect(sampleOf(families, 'requests_duration_seconds_bucket', { le: '+Inf' })).toBe(30);
    expect(sampleOf(families, 'jobs_total', { status: 'completed' })).toBe(2);
    // Once more, and without the run: it is counted once. A gauge goes with its job.
    expect(sampleOf(await expose(registry, [second]), 'requests_total')).toBe(30);
    expect(sampleOf(await expose(registry, [second]), 'jobs_status', { status: 'completed' })).toBe(1);
    // And when nothing is left of either.
    const over = { ...second, endedMs: clock.nowMs() };
    clock.pass(61_000);
    const empty = await expose(registry, [over]);
    expect(sampleOf(empty, 'requests_total')).toBe(30);
    expect(samplesOf(empty).filter(({ name }) => name === 'requests_duration_seconds_bucket').length).toBe(
      BOUNDS.length + 1,
    );
  });
});
