import { describe, expect, it } from 'vitest';
import { readStatusDocument } from '../../../src/agent/status-document.ts';
import { toResultDocument } from '../../../src/reports/document/result-document.ts';
import { buildJob, buildResult } from '../../snapshot-builder.ts';
import { FakeRun, readsAt, statusAt } from './statuses.ts';

describe('toStatusDocument', () => {
  it('describes the run without secrets', async () => {
    const { jobs, ...run } = await statusAt(12.5, [readsAt(12)]);
    expect(run).toEqual({
      changes: [],
      kind: 'loadbot_status',
      schema_version: 1,
      run_id: 'uuid-2',
      workload: 'shop',
      agent: 'agent-1',
      target: 'http://127.0.0.1:8080/api',
      state: 'running',
      started_at: '2026-01-02T03:04:05.000Z',
      elapsed_seconds: 12.5,
      agents: [],
      failures: [],
      thresholds: [],
      waits: [],
      validity: expect.objectContaining({ valid: true, findings: [] }),
      verdict: null,
      exit_status: null,
      last_run: null,
    });
    expect(jobs).toHaveLength(1);
    expect(JSON.stringify(await statusAt(1, []))).not.toContain('hunter2');
  });

  it('has every count of a job so far', async () => {
    const [job] = (await statusAt(12, [readsAt(12)])).jobs;
    expect(job).toMatchObject({
      name: 'reads',
      uuid: 'uuid-of-reads',
      type: 'read',
      status: 'in_progress',
      limits: { duration_seconds: 60, operations: null },
      elapsed_seconds: 12,
      started: 12_000,
      requests: 12_000,
      ok: 11_999,
      errors: 1,
      in_flight: 0,
      rate: 1000,
      warm_up: null,
    });
    expect(job?.service_time.percentiles_seconds.p50).toBeCloseTo(0.001, 5);
    expect(job?.response_time?.percentiles_seconds.p99).toBeCloseTo(0.003, 5);
  });

  it('has no elapsed time before the load starts', async () => {
    const run = new FakeRun();
    run.startedEpochMs = undefined;
    run.stop();
    expect(await statusAt(3, [], run)).toMatchObject({ state: 'stopping', started_at: null, elapsed_seconds: 0 });
  });

  it('has null instead of infinity, so JSON keeps every value', async () => {
    const status = await statusAt(0, [readsAt(0), buildJob({ name: 'idle', status: 'pending', elapsedMs: 0 })]);
    expect(status.jobs[1]).toMatchObject({ rate: null, service_time: { max_seconds: null } });
    expect(JSON.parse(JSON.stringify(status))).toEqual(status);
  });

  it('describes a job with the fields of the result file', async () => {
    const job = readsAt(2);
    const [inStatus] = (await statusAt(2, [job])).jobs;
    expect(toResultDocument(buildResult([job])).jobs[0]).toMatchObject({ ...inStatus });
  });
});

describe('readStatusDocument', () => {
  it('accepts only a status', async () => {
    const status = await statusAt(1, []);
    expect(readStatusDocument(status)).toEqual(status);
    const { thresholds: _, waits: __, ...older } = status;
    expect(readStatusDocument(older)).toEqual(status);
    for (const other of [null, 'ok', [], { kind: 'loadbot_result' }]) expect(readStatusDocument(other)).toBeUndefined();
  });

  it('refuses another version', () => {
    expect(() => readStatusDocument({ kind: 'loadbot_status', schema_version: 2 })).toThrow(
      "the agent's status has schema_version 2, not 1",
    );
  });
});
