import { describe, expect, it } from 'vitest';
import { failure, OK } from '../../../src/shared/outcome.ts';
import { k6Families, k6NativeFamilies } from '../../../src/metrics/k6-families.ts';
import { formatText } from '../../../src/metrics/text.ts';
import type { Recorder } from '../../../src/recorder/recorder.ts';
import { parseExposition, sampleOf } from '../../exposition-parser.ts';
import { buildJob, buildSnapshot, request } from '../../snapshot-builder.ts';

/** 99 requests of 10 ms that were 10 ms late, one of 40 ms, and one failure of 80 ms. Two are in flight. */
function record(recorder: Recorder): void {
  for (let count = 0; count < 98; count++) request(recorder, OK, 10, 10);
  request(recorder, OK, 40, 0);
  request(recorder, failure('status_5xx'), 80, 0);
  recorder.start();
  recorder.start();
}

const snapshots = [buildSnapshot([buildJob({ name: 'browse', type: 'write', paced: true, record })])];

describe('k6Families', () => {
  const families = parseExposition(formatText({ epochMs: 0, families: k6Families(snapshots) }, { timestamps: false }));

  it.each([
    ['k6_vus', 2],
    ['k6_iterations_total', 100],
    ['k6_dropped_iterations_total', 0],
    ['k6_http_req_failed_rate', 0.01],
    ['k6_http_req_duration_min', 0.01],
    ['k6_http_req_duration_avg', (98 * 10 + 40 + 80) / 100_000],
    ['k6_http_req_duration_med', 0.01],
    ['k6_http_req_duration_p95', 0.01],
    ['k6_http_req_duration_p99', 0.04],
    ['k6_http_req_duration_max', 0.08],
    ['k6_iteration_duration_med', 0.02],
    ['k6_iteration_duration_max', 0.08],
  ])('%s is %d', (name, value) => {
    const labels = { testid: 'run-1', scenario: 'browse', name: 'browse', method: 'write' };
    expect(sampleOf(families, name, labels) / (value || 1)).toBeCloseTo(value === 0 ? 0 : 1, 2);
  });

  it('separates expected responses from others', () => {
    expect(sampleOf(families, 'k6_http_reqs_total', { expected_response: 'true' })).toBe(99);
    expect(sampleOf(families, 'k6_http_reqs_total', { expected_response: 'false' })).toBe(1);
  });

  it('exposes counters at 0 and no statistics before the first request', () => {
    const blank = k6Families([buildSnapshot([buildJob({ name: 'a', status: 'pending' })])]);
    const text = formatText({ epochMs: 0, families: blank }, { timestamps: false });
    const samples = parseExposition(text).flatMap(({ samples }) => samples);
    expect(samples.map(({ name, value }) => [name, value])).toEqual([
      ['k6_vus', 0],
      ['k6_iterations_total', 0],
      ['k6_dropped_iterations_total', 0],
      ['k6_data_sent_total', 0],
      ['k6_data_received_total', 0],
      ['k6_http_req_failed_rate', 0],
      ['k6_http_reqs_total', 0],
      ['k6_http_reqs_total', 0],
    ]);
  });
});

describe('k6NativeFamilies', () => {
  it('puts each duration into the bucket of base 2^(1/8) that holds it', () => {
    const [service] = k6NativeFamilies(snapshots);
    expect(service?.name).toBe('k6_http_req_duration_seconds');
    const { count, sum, zeroCount, schema, buckets } = service!.samples[0]!.histogram;
    expect({ count, zeroCount, schema }).toEqual({ count: 100, zeroCount: 0, schema: 3 });
    expect(sum).toBeCloseTo(1.1, 9);
    const bounds = buckets.map(([index, held]) => [2 ** ((index - 1) / 8), 2 ** (index / 8), held] as const);
    const holding = (seconds: number): number | undefined =>
      bounds.find(([low, high]) => low < seconds && seconds <= high)?.[2];
    expect([holding(0.01), holding(0.04), holding(0.08)]).toEqual([98, 1, 1]);
    expect(buckets.length).toBe(3);
  });
});
