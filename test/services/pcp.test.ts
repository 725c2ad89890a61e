import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agent, readResult, scratchFile, workloadFile } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { type Instances, type PcpService, PMCD, PMINFO, startPcp } from './pcp.ts';

const AGENT = '186.12.9.19';

const workload = {
  connection_string: 'embedded:',
  agent: { name: AGENT },
  jobs: [
    { name: 'workload 1', type: 'write', collection: 'users', connections: 4, pace: 200, duration: '4s' },
    { name: 'workload 1', type: 'bulk_write', collection: 'users', connections: 2, operations: 40, batch_size: 10 },
    { name: 'say "hi", ünïcödé', type: 'read', collection: 'users', connections: 5, operations: 2000 },
    // Not a path that the target knows: errors must agree too.
    { name: 'broken', type: 'write', collection: 'c', connections: 2, operations: 30, http: { path: '/a/b/c/d' } },
    // Until PCP has come for a second time.
    { type: 'sleep', duration: '10m' },
  ],
};

/** The source's name in PCP. */
const SOURCE = 'loadbot';
/** Its control metrics of each source. */
const CONTROL = ['status', 'status_code', 'calls', 'fetch_time', 'parse_time'];
const FAMILIES = [
  'requests_total',
  'requests_error',
  'requests_error_class_total',
  'requests_sent_bytes_total',
  'requests_duration_seconds_bucket',
  'requests_duration_seconds_sum',
  'requests_duration_seconds_count',
  'requests_response_seconds_bucket',
  'requests_response_seconds_sum',
] as const;

/** PCP names an instance after all of its labels, in order of their names. */
function instanceName(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).toSorted();
  return names.map((name) => `${name}:${labels[name]}`).join(' ');
}

describeWithServices('a run that is scraped by the openmetrics agent of Performance Co-Pilot', [PMCD, PMINFO], () => {
  let agent: Agent;
  let out: string;
  let pcp: PcpService;
  beforeAll(async () => {
    out = scratchFile('json');
    agent = new Agent(['run', workloadFile(workload), '--out', out, '--metrics_export_port', '0']);
    const [, url = ''] = await agent.sees(/metrics: (http:\S+)/);
    // After the agent: a source that does not answer at first is asked again after 10 s only.
    pcp = await startPcp({ [SOURCE]: url });
  });
  afterAll(() => pcp?.stop());

  /** Families and the source's control metrics, all of one fetch. */
  const read = async (...families: readonly string[]) => {
    const names = families.map((family) => `openmetrics.${SOURCE}.${family}`);
    const values = await pcp.read(...names, ...CONTROL.map((name) => `openmetrics.control.${name}`));
    const control = CONTROL.map((name) => [name, values.get(`openmetrics.control.${name}`)?.get(SOURCE)]);
    return { values, control: Object.fromEntries(control) as Readonly<Record<string, string | undefined>> };
  };

  test('has the values of the result file', async () => {
    await agent.sees(/broken: completed/);
    expect((await read('requests_total')).control).toMatchObject({ status: 'success', status_code: '200' });
    agent.child.kill('SIGINT');
    // It came twice, seconds apart: the agent waits until it has come for the last values, as for any scraper.
    await agent.sees(/waiting for the last metrics/);
    const { values, control } = await read(...FAMILIES);
    expect((await agent.ended).status).toBe(105);
    // One when PCP started, one after the jobs, one for the last values.
    expect(control).toMatchObject({ status: 'success', status_code: '200', calls: '3' });
    expect(Number(control['fetch_time'])).toBeGreaterThan(0);
    expect(Number(control['parse_time'])).toBeGreaterThan(0);

    const { jobs } = readResult(out);
    expect(jobs.map(({ requests }) => requests)).toEqual([800, 40, 2000, 30]);
    expect(jobs.map(({ errors }) => errors)).toEqual([0, 0, 0, 30]);

    const instances = (family: (typeof FAMILIES)[number]): Instances => {
      const found = values.get(`openmetrics.${SOURCE}.${family}`);
      if (found === undefined) throw new Error(`PCP has no ${family}`);
      return found;
    };
    for (const job of jobs) {
      const labels = { job: job.name, job_uuid: job.uuid, job_type: job.type, agent: AGENT };
      const value = (family: (typeof FAMILIES)[number], more: Readonly<Record<string, string>> = {}): number =>
        Number(instances(family).get(instanceName({ ...labels, ...more })));
      expect(value('requests_total')).toBe(job.requests);
      expect(value('requests_error')).toBe(job.errors);
      expect(value('requests_sent_bytes_total')).toBe(job.sent_bytes);
      expect(value('requests_duration_seconds_count')).toBe(job.service_time.count);
      expect(value('requests_duration_seconds_sum')).toBeCloseTo(job.service_time.sum_seconds, 9);
      for (const { le, count } of job.service_time.buckets) {
        expect(value('requests_duration_seconds_bucket', { le }), `le ${le}`).toBe(count);
      }
      for (const [errorClass, count] of Object.entries(job.errors_by_class)) {
        expect(value('requests_error_class_total', { class: errorClass }), errorClass).toBe(count);
      }
      if (job.response_time === null) continue;
      expect(value('requests_response_seconds_sum')).toBeCloseTo(job.response_time.sum_seconds, 9);
      for (const { le, count } of job.response_time.buckets) {
        expect(value('requests_response_seconds_bucket', { le }), `le ${le}`).toBe(count);
      }
    }
    // And nothing else: one instance for each job, one for each job and bound.
    expect(instances('requests_total').size).toBe(jobs.length);
    const bounds = jobs.reduce((total, job) => total + job.service_time.buckets.length, 0);
    expect(instances('requests_duration_seconds_bucket').size).toBe(bounds);
  });

  test('after the end of the agent the control metrics report it and no value is left', async () => {
    const { values, control } = await read('requests_total');
    expect(control).toMatchObject({ status: expect.stringMatching(/^failed to fetch URL/), status_code: '0' });
    expect(values.get(`openmetrics.${SOURCE}.requests_total`)).toEqual(new Map());
  });
});
