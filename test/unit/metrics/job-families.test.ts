import { describe, expect, it } from 'vitest';
import { ABORTED, failure, OK } from '../../../src/shared/outcome.ts';
import { jobFamilies } from '../../../src/metrics/job-families.ts';
import { JobLabels } from '../../../src/metrics/series-labels.ts';
import { formatText } from '../../../src/metrics/text.ts';
import type { JobSnapshot } from '../../../src/recorder/snapshot.ts';
import { type ParsedFamily, parseExposition, sampleOf } from '../../exposition-parser.ts';
import { buildJob, buildSnapshot, request } from '../../snapshot-builder.ts';

function expose(...jobs: JobSnapshot[]): readonly ParsedFamily[] {
  const snapshot = buildSnapshot(jobs);
  const families = jobFamilies([snapshot], new JobLabels());
  return parseExposition(formatText({ epochMs: snapshot.epochMs, families }, { timestamps: false }));
}

/** The values of a label for which a family's samples are 1; all others must be 0. */
function set(families: readonly ParsedFamily[], name: string, label: string): (string | undefined)[] {
  const samples = families.flatMap(({ samples }) => samples).filter((sample) => sample.name === name);
  expect(samples.filter(({ value }) => value !== 0 && value !== 1)).toEqual([]);
  return samples.filter(({ value }) => value === 1).map(({ labels }) => labels[label]);
}

describe('jobFamilies', () => {
  it.each([
    ['pending', [], [], 0],
    ['warm_up', ['started'], ['in_progress'], 1],
    ['in_progress', ['started'], ['in_progress'], 1],
    ['completed', ['started', 'completed'], ['completed'], 0],
    ['failed', ['started', 'failed'], ['failed'], 0],
    ['canceled', ['started', 'canceled'], ['canceled'], 0],
  ] as const)('exposes the state of a job that is %s', (status, counted, states, inProgress) => {
    const families = expose(buildJob({ name: 'a', status }));
    expect(set(families, 'jobs_total', 'status')).toEqual(counted);
    expect(set(families, 'jobs_status', 'status')).toEqual(states);
    expect(sampleOf(families, 'jobs_in_progress')).toBe(inProgress);
    expect(sampleOf(families, 'jobs_warm_up')).toBe(status === 'warm_up' ? 1 : 0);
  });

  it('exposes all series of a pending job at 0, with the four labels', () => {
    const samples = expose(buildJob({ name: 'a', status: 'pending' })).flatMap(({ samples }) => samples);
    // The first only identifies its run.
    expect(samples.map(({ value }) => value).slice(1)).toEqual(Array.from({ length: 4 + 4 + 1 + 1 + 3 + 2 }, () => 0));
    for (const { labels } of samples) {
      expect(labels).toMatchObject({ job: 'a', job_uuid: 'uuid-of-a', job_type: 'read', agent: 'agent-1' });
    }
  });

  it('is in progress while its connections are being opened', () => {
    const families = expose(buildJob({ name: 'a', status: 'pending', opened: true }));
    expect(set(families, 'jobs_total', 'status')).toEqual(['started']);
    expect(set(families, 'jobs_status', 'status')).toEqual(['in_progress']);
  });

  it('counts a job that never started only as canceled, without a duration', () => {
    const families = expose(buildJob({ name: 'a', status: 'canceled', opened: false, ranMs: undefined }));
    expect(set(families, 'jobs_total', 'status')).toEqual(['canceled']);
    expect(sampleOf(families, 'job_run_duration_seconds_count')).toBe(0);
  });

  it('sums up the durations of ended jobs', () => {
    const families = expose(
      buildJob({ name: 'a', ranMs: 12_345 }),
      buildJob({ name: 'b', status: 'in_progress', ranMs: undefined }),
    );
    expect(sampleOf(families, 'job_run_duration_seconds_sum', { job: 'a' })).toBe(12.345);
    expect(sampleOf(families, 'job_run_duration_seconds_count', { job: 'a' })).toBe(1);
    expect(sampleOf(families, 'job_run_duration_seconds_sum', { job: 'b' })).toBe(0);
    expect(sampleOf(families, 'job_run_duration_seconds_count', { job: 'b' })).toBe(0);
    const quantiles = families.flatMap(({ samples }) => samples).filter(({ labels }) => 'quantile' in labels);
    expect(quantiles.map(({ labels, value }) => [labels['job'], labels['quantile'], value])).toEqual([
      ['a', '0.5', 12.345],
      ['a', '0.9', 12.345],
      ['a', '0.99', 12.345],
    ]);
  });

  it('has one set of series for a job of several types', () => {
    const part = { name: 'a', uuid: 'u' };
    const families = expose(buildJob({ ...part, type: 'read' }), buildJob({ ...part, type: 'update' }));
    expect(sampleOf(families, 'jobs_total', { status: 'completed', job_type: 'mixed' })).toBe(1);
    expect(families.flatMap(({ samples }) => samples).length).toBe(19);
  });
});

describe('job_failures_total', () => {
  const actionsOf = (...jobs: JobSnapshot[]): unknown => set(expose(...jobs), 'job_failures_total', 'action');
  const refused = failure('refused');

  it('is 0 for a completed job with failed requests', () => {
    const record = (recorder: Parameters<typeof request>[0]): void => {
      request(recorder, refused, 1);
      request(recorder, failure('status_5xx'), 1);
    };
    expect(actionsOf(buildJob({ name: 'a', record }))).toEqual([]);
    expect(actionsOf(buildJob({ name: 'a', record: (recorder) => request(recorder, failure('timeout'), 1) }))).toEqual(
      [],
    );
    expect(actionsOf(buildJob({ name: 'a' }))).toEqual([]);
  });

  it('has the action connect if sessions could not be opened', () => {
    expect(actionsOf(buildJob({ name: 'a', status: 'failed', ranMs: undefined }))).toEqual(['connect']);
  });

  it('has the action connect if no request got a connection, warm-up included', () => {
    const record = (recorder: Parameters<typeof request>[0]): void => {
      request(recorder, refused, 1);
      request(recorder, failure('dns'), 1);
      request(recorder, ABORTED, 1);
    };
    const never = buildJob({ name: 'a', record, recordWarmUp: record });
    expect(actionsOf(never)).toEqual(['connect']);
    expect(actionsOf({ ...never, status: 'canceled' })).toEqual(['connect']);
    const warm = buildJob({ name: 'a', record, recordWarmUp: (recorder) => request(recorder, OK, 1) });
    expect(actionsOf(warm)).toEqual(['drain']);
    expect(actionsOf({ ...never, status: 'in_progress', endedEpochMs: undefined, ranMs: undefined })).toEqual([]);
  });

  it('has the action run if the job failed after its load started', () => {
    const job = buildJob({ name: 'a', status: 'failed', record: (recorder) => request(recorder, OK, 1) });
    expect(actionsOf(job)).toEqual(['run']);
  });

  it('has the action drain if requests were cut off', () => {
    const record = (recorder: Parameters<typeof request>[0]): void => {
      request(recorder, OK, 1);
      request(recorder, ABORTED, 1);
    };
    expect(actionsOf(buildJob({ name: 'a', record }))).toEqual(['drain']);
    expect(actionsOf(buildJob({ name: 'a', record, status: 'canceled' }))).toEqual(['drain']);
  });

  it('evaluates all parts of a job together', () => {
    const part = { name: 'a', uuid: 'u' };
    const unreached = buildJob({ ...part, type: 'read', record: (recorder) => request(recorder, refused, 1) });
    const reached = buildJob({ ...part, type: 'update', record: (recorder) => request(recorder, OK, 1) });
    expect(actionsOf(unreached, reached)).toEqual([]);
    expect(actionsOf(unreached, { ...reached, measured: unreached.measured })).toEqual(['connect']);
  });
});
