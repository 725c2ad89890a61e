import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ABORTED, ERROR_CLASSES, failure, MISS, OK } from '../../../src/shared/outcome.ts';
import { JobLabels } from '../../../src/metrics/series-labels.ts';
import { requestFamilies } from '../../../src/metrics/request-families.ts';
import { formatText } from '../../../src/metrics/text.ts';
import { type Snapshot, SIZE_BOUNDS } from '../../../src/recorder/snapshot.ts';
import { type ParsedFamily, parseExposition, sampleOf } from '../../exposition-parser.ts';
import { BOUNDS, buildJob, buildSnapshot, request } from '../../snapshot-builder.ts';

function expose(snapshot: Snapshot): readonly ParsedFamily[] {
  const exposition = { epochMs: snapshot.epochMs, families: requestFamilies([snapshot], new JobLabels()) };
  return parseExposition(formatText(exposition, { timestamps: false }));
}

const reads = buildJob({
  name: 'reads',
  paced: true,
  record(recorder) {
    request(recorder, OK, 3, 1);
    request(recorder, OK, 5, 20); // exactly on a bound: inside it
    request(recorder, MISS, 7, 0);
    request(recorder, failure('timeout'), 1000, 0);
    request(recorder, failure('timeout'), 1000, 0);
    request(recorder, failure('status_5xx'), 12_000, 0); // beyond the last bound
    request(recorder, ABORTED, 99, 0);
    recorder.start();
    recorder.start();
    recorder.skip(4);
    recorder.traffic(700, 9000);
  },
});

describe('requestFamilies', () => {
  const families = expose(buildSnapshot([reads]));

  it.each([
    ['requests_total', 6],
    ['requests_error', 3],
    ['requests_miss_total', 1],
    ['requests_aborted_total', 1],
    ['requests_skipped_total', 4],
    ['requests_in_flight', 2],
    ['requests_sent_bytes_total', 700],
    ['requests_received_bytes_total', 9000],
    ['requests_duration_seconds_count', 6],
    ['requests_response_seconds_count', 6],
    ['requests_schedule_lag_seconds_count', 7],
  ])('%s is %d', (name, value) => {
    expect(sampleOf(families, name)).toBe(value);
  });

  it('has the four labels on every sample', () => {
    for (const { name, labels } of families.flatMap(({ samples }) => samples)) {
      expect(labels, name).toMatchObject({
        job: 'reads',
        job_uuid: 'uuid-of-reads',
        job_type: 'read',
        agent: 'agent-1',
      });
    }
  });

  it('exposes every error class, at 0 without such errors', () => {
    const counts = ERROR_CLASSES.map((name) => [
      name,
      sampleOf(families, 'requests_error_class_total', { class: name }),
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      ...Object.fromEntries(ERROR_CLASSES.map((name) => [name, 0])),
      timeout: 2,
      status_5xx: 1,
    });
  });

  it('accumulates the buckets, and spells their bounds as Prometheus clients do', () => {
    const buckets = families
      .find(({ name }) => name === 'requests_duration_seconds')
      ?.samples.filter(({ name }) => name.endsWith('_bucket'))
      .map(({ labels, value }) => [labels.le, value]);
    expect(buckets).toEqual([
      ['0.0005', 0],
      ['0.001', 0],
      ['0.0025', 0],
      ['0.005', 2],
      ['0.01', 3],
      ['0.025', 3],
      ['0.05', 3],
      ['0.1', 3],
      ['0.25', 3],
      ['0.5', 3],
      ['1', 5],
      ['2.5', 5],
      ['5', 5],
      ['10', 5],
      ['+Inf', 6],
    ]);
    expect(sampleOf(families, 'requests_duration_seconds_sum')).toBeCloseTo(14.015, 9);
    expect(sampleOf(families, 'requests_response_seconds_sum')).toBeCloseTo(14.036, 9);
    expect(sampleOf(families, 'requests_schedule_lag_seconds_sum')).toBeCloseTo(0.021, 9);
  });

  it('exposes every series of a pending job at 0', () => {
    const pending = buildJob({ name: 'reads', paced: true, status: 'pending', recordWarmUp: () => {} });
    const samples = expose(buildSnapshot([pending])).flatMap(({ samples }) => samples);
    expect(samples.filter(({ value }) => value !== 0)).toEqual([]);
    // 7 counters, 11 classes, in flight, sizes, 3 histograms of 15 buckets, sum and count, and 2 of the warm-up
    expect(samples.length).toBe(7 + ERROR_CLASSES.length + 1 + (SIZE_BOUNDS.length + 3) + 3 * (BOUNDS.length + 3) + 2);
  });

  it('exposes response time and lag only for paced jobs, and the warm-up only for jobs with one', () => {
    const names = expose(buildSnapshot([buildJob({ name: 'plain' })])).map(({ name }) => name);
    expect(names).toContain('requests_duration_seconds');
    expect(names).not.toContain('requests_response_seconds');
    expect(names).not.toContain('requests_schedule_lag_seconds');
    expect(names).not.toContain('requests_warm_up_total');
  });

  it('excludes the warm-up from all other families', () => {
    const warming = buildJob({
      name: 'w',
      status: 'warm_up',
      recordWarmUp(recorder) {
        request(recorder, OK, 5);
        request(recorder, failure('reset'), 5);
        recorder.traffic(10, 10);
      },
    });
    const samples = expose(buildSnapshot([warming])).flatMap(({ samples }) => samples);
    const set = samples.filter(({ value }) => value !== 0).map(({ name, value }) => [name, value]);
    expect(set).toEqual([
      ['requests_warm_up_total', 2],
      ['requests_warm_up_errors_total', 1],
    ]);
  });

  it('parses back to the snapshot for any names and counts', () => {
    const job = fc.record({
      name: fc.string({ unit: 'binary' }),
      outcomes: fc.array(
        fc.tuple(fc.constantFrom(OK, MISS, failure('dns'), ABORTED), fc.integer({ min: 0, max: 20_000 })),
      ),
    });
    fc.assert(
      fc.property(fc.array(job, { minLength: 1, maxLength: 3 }), fc.string({ unit: 'binary' }), (jobs, agent) => {
        const snapshot = {
          ...buildSnapshot(
            jobs.map(({ name, outcomes }, index) =>
              buildJob({
                name,
                uuid: String(index),
                record: (recorder) => outcomes.forEach(([outcome, ms]) => request(recorder, outcome, ms)),
              }),
            ),
          ),
          agent,
        };
        const families = expose(snapshot);
        jobs.forEach(({ name, outcomes }, index) => {
          const labels = { job: name, agent, job_uuid: String(index) };
          const finished = outcomes.filter(([outcome]) => outcome !== ABORTED);
          expect(sampleOf(families, 'requests_total', labels)).toBe(finished.length);
          expect(sampleOf(families, 'requests_aborted_total', labels)).toBe(outcomes.length - finished.length);
          for (const bound of BOUNDS) {
            const within = finished.filter(([, ms]) => ms <= bound * 1000).length;
            const le = String(bound);
            expect(sampleOf(families, 'requests_duration_seconds_bucket', { ...labels, le })).toBe(within);
          }
          expect(sampleOf(families, 'requests_duration_seconds_bucket', { ...labels, le: '+Inf' })).toBe(
            finished.length,
          );
        });
      }),
      { numRuns: 50 },
    );
  });
});
