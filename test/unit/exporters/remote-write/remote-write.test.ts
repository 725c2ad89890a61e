import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exposition, Family, Sample } from '../../../../src/metrics/family.ts';
import { remoteWrite } from '../../../../src/exporters/remote-write/remote-write.ts';
import type { PushMessage } from '../../../../src/exporters/push/protocol.ts';
import { type DecodedRequest, decodeWriteRequest } from './decode.ts';

const EPOCH_MS = 1_763_766_201_123;
const STALE_NAN = 0x7ff0_0000_0000_0002n;

function protocol() {
  return remoteWrite(new URL('http://prometheus:9090/api/v1/write'));
}

function counter(name: string, samples: readonly Sample[]): Family {
  return { name, type: 'counter', help: `Help of ${name}.`, samples };
}

function sample(labels: Record<string, string>, value: number, suffix = ''): Sample {
  return { suffix, labels, value };
}

function exposition(families: readonly Family[], epochMs = EPOCH_MS): Exposition {
  return { epochMs, families };
}

function decodeAll(messages: readonly PushMessage[]): DecodedRequest['series'] {
  return messages.flatMap(({ body }) => decodeWriteRequest(body as Uint8Array).series);
}

describe('remoteWrite', () => {
  it('sets its content type and headers', () => {
    const push = protocol();
    expect(push).toMatchObject({
      url: 'http://prometheus:9090/api/v1/write',
      takesGzip: false,
      onlyNewest: false,
    });
    const [message] = push.encode(exposition([counter('a', [sample({}, 1)])]));
    expect(message?.headers).toEqual({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    });
    expect(message?.samples).toBe(1);
  });

  it('encodes each sample as a series with sorted non-empty labels and the timestamp', () => {
    const labels = { job: 'workload 1', job_uuid: '', agent: 'a', Zone: 'eu', le: '+Inf' };
    const messages = protocol().encode(
      exposition([{ name: 'lag', type: 'histogram', help: 'Lag.', samples: [sample(labels, 7, '_bucket')] }]),
    );
    expect(decodeAll(messages)).toEqual([
      {
        labels: [
          ['Zone', 'eu'],
          ['__name__', 'lag_bucket'],
          ['agent', 'a'],
          ['job', 'workload 1'],
          ['le', '+Inf'],
        ],
        value: 7,
        timestamp: EPOCH_MS,
      },
    ]);
    expect(decodeWriteRequest(messages[0]?.body as Uint8Array).metadata).toEqual([
      { type: 3, name: 'lag', help: 'Lag.' },
    ]);
  });

  it('keeps every value and every label unchanged', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            value: fc.double({ noNaN: true }),
            job: fc.string({ unit: 'grapheme', minLength: 1 }),
          }),
          { minLength: 1, maxLength: 50 },
        ),
        (rows) => {
          const samples = rows.map(({ value, job }, index) => sample({ job, n: String(index) }, value));
          const series = decodeAll(protocol().encode(exposition([counter('a', samples)])));
          expect(series.map(({ value }) => value)).toEqual(rows.map(({ value }) => value));
          expect(series.map(({ labels }) => labels[1])).toEqual(rows.map(({ job }) => ['job', job]));
        },
      ),
    );
  });

  it('writes one stale marker for a removed series, at the time of its removal', () => {
    const push = protocol();
    const both = counter('a', [sample({ job: 'x' }, 1), sample({ job: 'y' }, 2)]);
    push.encode(exposition([both]));
    const [message] = push.encode(exposition([counter('a', [sample({ job: 'y' }, 3)])], EPOCH_MS + 1000));
    expect(decodeWriteRequest(message?.body as Uint8Array).series).toEqual([
      {
        labels: [
          ['__name__', 'a'],
          ['job', 'y'],
        ],
        value: 3,
        timestamp: EPOCH_MS + 1000,
      },
      {
        labels: [
          ['__name__', 'a'],
          ['job', 'x'],
        ],
        value: STALE_NAN,
        timestamp: EPOCH_MS + 1000,
      },
    ]);
    expect(message?.samples).toBe(1);
    expect(decodeAll(push.encode(exposition([counter('a', [sample({ job: 'y' }, 3)])], EPOCH_MS + 2000)))).toHaveLength(
      1,
    );
  });

  it('writes stale markers for every series at the end, later than the final values', () => {
    const push = protocol();
    push.encode(exposition([counter('gone', [sample({}, 1)])]));
    push.encode(exposition([counter('a', [sample({}, 1), sample({ job: 'x' }, 2)])], EPOCH_MS + 1000));
    // The clock has been set back meanwhile.
    const messages = push.endOfRun?.encode(EPOCH_MS) ?? [];
    const series = decodeAll(messages);
    expect(series.map(({ labels }) => labels.length)).toEqual([1, 2]);
    expect(series.every(({ value }) => value === STALE_NAN)).toBe(true);
    expect(series.every(({ timestamp }) => timestamp === EPOCH_MS + 1001)).toBe(true);
    expect(messages.map(({ samples }) => samples)).toEqual([0]);
    expect(push.endOfRun?.encode(EPOCH_MS)).toEqual([]);
  });

  it('has no end-of-run message without samples', () => {
    expect(protocol().endOfRun?.encode(EPOCH_MS)).toEqual([]);
  });

  it('puts at most 2,000 samples into a request, and describes the families in the first', () => {
    const samples = Array.from({ length: 4_500 }, (_, n) => sample({ n: String(n) }, n));
    const messages = protocol().encode(exposition([counter('a', samples)]));
    expect(messages.map((message) => message.samples)).toEqual([2_000, 2_000, 500]);
    expect(messages.map(({ body }) => decodeWriteRequest(body as Uint8Array).metadata.length)).toEqual([1, 0, 0]);
    expect(decodeAll(messages).map(({ value }) => value)).toEqual(samples.map(({ value }) => value));
  });
});
