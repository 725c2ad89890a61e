import { expect } from 'vitest';
import type { RequestJobPlan } from '../../../src/plan/plan.ts';
import { plan } from '../../unit/workload/planning.ts';
import { loadbot, workloadFile } from '../agent.ts';
import { type Check, expectSaid, onMongodb, problems, USERS } from './row.ts';

async function jobOf(job: object, others?: object): Promise<RequestJobPlan> {
  return (await plan(onMongodb(job, others))).jobs[0] as RequestJobPlan;
}

/** Rows about files, by their first cell. */
export const FILES: Readonly<Record<string, Check>> = {
  '`"duration": 630000000000`, nanoseconds as `generate-config` writes them': async (row) => {
    const written = { duration: 630_000_000_000, timeout: 1_000_000 };
    expect(await jobOf(written)).toMatchObject({ durationMs: 630_000, timeoutMs: 1 });
    expectSaid(await problems(onMongodb({ duration: 999_999 })), row);
    expectSaid(await problems(onMongodb({ timeout: 5 })), row);
  },
  '`0` in `pace`, `operations`, `duration`, `timeout`, `batch_size` is not set': async ({ loadbot: cell }) => {
    const fields = [...cell.matchAll(/`(\w+)`/g)].flatMap(([, name = '']) => (name === '0' ? [] : name));
    expect(fields).toHaveLength(5);
    const type = 'bulk_write';
    const zeros = await jobOf({ type, ...Object.fromEntries(fields.map((name) => [name, 0])) });
    expect(zeros).toEqual(await jobOf({ type }));
  },
  'a file with `agent` alone': async (row) => {
    const file = workloadFile({ agent: { name: 'alone' } });
    for (const command of ['run', 'validate']) {
      const { status, stderr } = await loadbot([command, file]);
      expect(status).toBe(104);
      expectSaid(stderr, row);
    }
    // That start-agent takes it: see the agent of the rows about commands.
  },
  '`reporting_formats`, and `format` of a job': async () => {
    const formats = { reporting_formats: [{ name: 'simple', interval: '5s', template: 'RPS {{f2 .Rps}}' }] };
    const withFormats = await jobOf({ format: 'simple' }, formats);
    expect(withFormats).toEqual(await jobOf({}));
  },
  '`"debug": true`': async () => {
    expect(await jobOf({}, { debug: true })).toEqual(await jobOf({}));
  },
  'comments and trailing commas': async () => {
    const text =
      '{ // target\n "connection_string": "mongodb://h", "jobs": [{ "type": "sleep", "duration": "1s", }, /* { */ ], }';
    expect(await problems(text)).toBe('');
  },
  '`template` of a job names its schema; `schema`, which its documentation has, is ignored': async (row) => {
    const at = { type: 'write', database: undefined, collection: undefined };
    const schemas = [USERS];
    const named = await jobOf({ ...at, template: 'user_schema' }, { schemas });
    expect(named).toMatchObject({ collection: 'users', mix: [{ document: USERS.schema }] });
    expect(await jobOf({ ...at, schema: 'user_schema' }, { schemas })).toEqual(named);
    expectSaid(await problems(onMongodb({ template: 'user_schema', schema: 'user_schema' }, { schemas })), row);
  },
  'unknown fields are ignored': async (row) => {
    const found = await problems(onMongodb({}, { thread: 2 }));
    expectSaid(found, row);
    expect(found).toContain('did you mean `threads`?');
  },
  'names of fields in any case, `"Connections"`': async (row) => {
    expectSaid(await problems(onMongodb({ Connections: 5 })), row);
  },
  '`operations` and `duration` together: `duration` counts alone': async () => {
    expect(await jobOf({ operations: 7, duration: '2s' })).toMatchObject({ operations: 7, durationMs: 2000 });
  },
  '`"port": "1234"` as text': async () => {
    for (const port of ['1234', 1234]) {
      expect((await plan(onMongodb({}, { agent: { port } }))).controlPort).toBe(1234);
    }
  },
  '`"metrics_export_url": ":9090"`, for a server on that port': async (row) => {
    const { status, stderr } = await loadbot([
      'validate',
      workloadFile(onMongodb({}, { agent: { metrics_export_url: ':9090' } })),
    ]);
    expect(status).toBe(104);
    expectSaid(stderr, row);
    expect(stderr).toContain('"metrics_export_port": 9090');
  },
  '`metrics_export_port` and `metrics_export_url` together: the port counts alone': async () => {
    const agent = { metrics_export_port: '9090', metrics_export_url: 'http://h:1/api/v1/import/prometheus' };
    const { metrics } = await plan(onMongodb({}, { agent }));
    expect(metrics).toMatchObject({ pullPort: 9090, pushTargets: [{ url: agent.metrics_export_url }] });
  },
  '`metrics_export_interval_seconds` is ignored: a push every 10 s': async () => {
    const url = { metrics_export_url: 'http://h:1/api/v1/import/prometheus' };
    const every = async (agent: object): Promise<number | undefined> =>
      (await plan(onMongodb({}, { agent: { ...url, ...agent } }))).metrics.pushTargets[0]?.intervalMs;
    expect(await every({ metrics_export_interval_seconds: 3 })).toBe(3000);
    expect(await every({})).toBe(10_000);
  },
};
