import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { otlp } from '../../../../src/exporters/otlp/otlp.ts';
import type { PushMessage } from '../../../../src/exporters/push/protocol.ts';
import type { Exposition, Family } from '../../../../src/metrics/family.ts';
import { type DecodedMetric, type DecodedPoint, decodeExportRequest, plainAttributes } from './decode.ts';
import { EPOCH_MS, FAMILIES, START_MS } from './families.ts';

function protocol() {
  return otlp(new URL('http://collector:4318/v1/metrics'), { agent: '186.12.9.19', startEpochMs: START_MS });
}

function exposition(families: readonly Family[] = FAMILIES, epochMs = EPOCH_MS): Exposition {
  return { epochMs, families };
}

function decodeOne(messages: readonly PushMessage[] = []) {
  expect(messages).toHaveLength(1);
  return decodeExportRequest(messages[0]?.body as Uint8Array);
}

function metric(name: string, messages: readonly PushMessage[]) {
  const found = decodeOne(messages).metrics.find((metric) => metric.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function pointsOf({ gauge, sum, histogram, summary }: DecodedMetric): readonly DecodedPoint[] {
  return (gauge ?? sum ?? histogram ?? summary)?.points ?? [];
}

const INSTANTS = { start: BigInt(START_MS) * 1_000_000n, time: BigInt(EPOCH_MS) * 1_000_000n };

describe('otlp', () => {
  it('has resource attributes, and counts samples like other protocols', () => {
    const push = protocol();
    expect(push).toMatchObject({ url: 'http://collector:4318/v1/metrics', takesGzip: true, onlyNewest: false });
    const messages = push.encode(exposition());
    expect(messages[0]?.headers).toEqual({ 'content-type': 'application/x-protobuf' });
    expect(messages[0]?.samples).toBe(FAMILIES.reduce((sum, { samples }) => sum + samples.length, 0));
    const { resource, scope, metrics } = decodeOne(messages);
    expect(resource).toEqual({ 'service.name': 'loadbot-agent', 'service.instance.id': '186.12.9.19' });
    expect(scope).toBe('loadbot-agent');
    expect(metrics.map(({ name }) => name)).toEqual(FAMILIES.map(({ name }) => name));
  });

  it('encodes a counter as a cumulative sum, monotonic if receivers do not rename it', () => {
    const messages = protocol().encode(exposition());
    expect(metric('requests_total', messages).sum).toMatchObject({ temporality: 2, monotonic: true });
    const { sum } = metric('requests_error', messages);
    expect(sum).toMatchObject({ temporality: 2, monotonic: false });
    expect(sum?.points).toMatchObject([
      { ...INSTANTS, value: 3 },
      { ...INSTANTS, value: 2 ** 53 },
    ]);
  });

  it('encodes labels as attributes, the job twice, without empty ones', () => {
    const { sum } = metric('requests_error', protocol().encode(exposition()));
    expect(sum?.points.map(plainAttributes)).toEqual([
      { job: 'workload 1', agent: '186.12.9.19', workload_job: 'workload 1' },
      { job: '𠀀 "日本"', job_uuid: 'u', agent: '186.12.9.19', workload_job: '𠀀 "日本"' },
    ]);
    const { gauge } = metric('process_open_fds', protocol().encode(exposition()));
    expect(gauge?.points.map(plainAttributes)).toEqual([{ agent: '186.12.9.19' }]);
    expect(gauge?.points[0]?.value).toBe(21.5);
  });

  it('converts cumulative buckets to separate counts', () => {
    const { histogram } = metric('requests_duration_seconds', protocol().encode(exposition()));
    expect(histogram?.temporality).toBe(2);
    expect(histogram?.points).toMatchObject([
      { ...INSTANTS, bounds: [0.005, 1, 1e6], counts: [4n, 0n, 6n, 2n], count: 12n, sum: 7.25 },
      { ...INSTANTS, bounds: [0.005, 1, 1e6], counts: [0n, 0n, 0n, 0n], count: 0n, sum: 0 },
    ]);
    expect(histogram?.points.map(plainAttributes)).toEqual([
      { job: 'a', workload_job: 'a' },
      { job: 'b', workload_job: 'b' },
    ]);
  });

  it('keeps the quantiles of a summary', () => {
    const { summary } = metric('job_run_duration_seconds', protocol().encode(exposition()));
    expect(summary?.points).toMatchObject([
      {
        ...INSTANTS,
        count: 4n,
        sum: 10,
        quantiles: [
          { quantile: 0.5, value: 2 },
          { quantile: 0.99, value: 4 },
        ],
      },
    ]);
  });

  it('ends with points without values, later than the final values', () => {
    const push = protocol();
    expect(push.endOfRun?.encode(EPOCH_MS)).toEqual([]);
    const values = decodeOne(push.encode(exposition())).metrics;
    // The clock has been set back meanwhile.
    const messages = push.endOfRun?.encode(EPOCH_MS - 5000);
    expect(messages?.map(({ samples }) => samples)).toEqual([0]);
    const { metrics } = decodeOne(messages);
    const time = BigInt(EPOCH_MS + 1) * 1_000_000n;
    // The same points, so that every bucket and quantile of them ends.
    const ended = values.flatMap(pointsOf).map((point) => Object.assign({}, point, { flags: 1, time }));
    expect(metrics.flatMap(pointsOf)).toEqual(ended);
  });

  it('has no start time after its values when the clock is set back', () => {
    const { gauge } = metric('process_open_fds', protocol().encode(exposition(FAMILIES, START_MS - 1000)));
    expect(gauge?.points[0]).toMatchObject({ start: gauge?.points[0]?.time });
  });

  it('reads rejected samples from the response', () => {
    const push = protocol();
    const answer = (samples: number, reason: string): Uint8Array => {
      const writer = new PbfWriter();
      writer.writeMessage(
        1,
        () => {
          writer.writeVarintField(1, samples);
          writer.writeStringField(2, reason);
        },
        undefined,
      );
      return writer.finish();
    };
    expect(push.readRejection?.(answer(7, 'too old'))).toEqual({ samples: 7, reason: 'too old' });
    expect(push.readRejection?.(answer(0, 'a warning'))).toBeUndefined();
    expect(push.readRejection?.(new Uint8Array())).toBeUndefined();
    for (const other of ['{}', '<html>hello</html>', 'OK', '\n\u00ff\u00ff\u00ff\u00ff']) {
      expect(push.readRejection?.(Buffer.from(other)), other).toBeUndefined();
    }
  });
});
