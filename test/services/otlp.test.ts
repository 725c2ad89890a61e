import { afterAll, beforeAll, expect, it } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import { type DecodedPoint, decodeExportRequest, plainAttributes } from '../unit/exporters/otlp/decode.ts';
import { startReceiver } from '../unit/exporters/receiver.ts';

// No OTLP receiver can be installed where these tests run; this one reads the protocol by its definition.
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver?.stop());

const workload = {
  connection_string: 'embedded:',
  agent: { name: '186.12.9.19', metrics_export_interval_seconds: 1, require_delivery: true },
  jobs: [
    { name: 'workload 1', type: 'write', collection: 'users', connections: 5, pace: 300, operations: 600 },
    { name: 'workload 1', type: 'read', collection: 'users', connections: 5, operations: 2500 },
    // Not a path that the target knows, though a read: errors must agree too.
    { name: 'broken', type: 'read', collection: 'c', connections: 2, operations: 30, http: { path: '/a/b/c/d' } },
  ],
};

it('OTLP delivers every value of a run from its zeros, and marks its end', async () => {
  const url = `${receiver.origin}/v1/metrics`;
  const { status, result } = await runWorkload(workload, ['--metrics_export_url', url]);
  expect(status).toBe(0);
  const requests = receiver.accepted.map(({ body }) => decodeExportRequest(body));
  expect(requests.length).toBeGreaterThanOrEqual(4);
  const [first, , ...others] = requests;
  const [words, last] = others.toReversed();

  const pointOf = (request: typeof first, name: string, labels: Record<string, string>): DecodedPoint => {
    const metric = request?.metrics.find((one) => one.name === name);
    const points = (metric?.sum ?? metric?.gauge ?? metric?.histogram)?.points ?? [];
    const found = points.filter((point) => {
      const attributes = plainAttributes(point);
      return Object.entries(labels).every(([key, value]) => attributes[key] === value);
    });
    expect(found, `${name} ${JSON.stringify(labels)}`).toHaveLength(1);
    return found[0] as DecodedPoint;
  };
  for (const job of result.jobs) {
    const labels = {
      job: job.name,
      workload_job: job.name,
      job_uuid: job.uuid,
      job_type: job.type,
      agent: '186.12.9.19',
    };
    expect(pointOf(first, 'requests_total', labels).value).toBe(0);
    expect(pointOf(last, 'requests_total', labels).value).toBe(job.requests);
    expect(pointOf(last, 'requests_error', labels).value).toBe(job.errors);
    for (const [errorClass, count] of Object.entries(job.errors_by_class)) {
      expect(pointOf(last, 'requests_error_class_total', { ...labels, class: errorClass }).value).toBe(count);
    }
    const time = pointOf(last, 'requests_duration_seconds', labels);
    expect(time.count).toBe(BigInt(job.requests));
    expect(time.sum).toBe(job.service_time.sum_seconds);
    expect(time.bounds).toEqual(job.service_time.buckets.slice(0, -1).map(({ le }) => Number(le)));
    let upTo = 0n;
    const cumulative = (time.counts ?? []).map((count) => (upTo += count));
    expect(cumulative).toEqual(job.service_time.buckets.map(({ count }) => BigInt(count)));
    expect(time.start < time.time).toBe(true);
    expect(pointOf(words, 'requests_total', labels).flags).toBe(1);
  }
  expect(result.deliveries).toMatchObject([{ undelivered_samples: 0, last_error: null }]);
});
