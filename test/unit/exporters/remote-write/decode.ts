import { uncompress } from 'snappyjs';
import { decode, type Message } from '../protobuf.ts';

/** prometheus.WriteRequest, as in prompb/remote.proto and types.proto. */
const WRITE_REQUEST: Message = {
  1: [
    'timeseries',
    [
      {
        1: ['labels', [{ 1: ['name', 'string'], 2: ['value', 'string'] }]],
        2: ['samples', [{ 1: ['value', 'double'], 2: ['timestamp', 'int64'] }]],
      },
    ],
  ],
  3: ['metadata', [{ 1: ['type', 'int64'], 2: ['name', 'string'], 4: ['help', 'string'] }]],
};

export interface DecodedRequest {
  readonly series: readonly {
    readonly labels: readonly (readonly [string, string])[];
    /** The bits of a NaN. */
    readonly value: number | bigint;
    readonly timestamp: number;
  }[];
  readonly metadata: readonly { readonly type: number; readonly name: string; readonly help: string }[];
}

/** A body as a remote write receiver decodes it. */
export function decodeWriteRequest(body: Uint8Array): DecodedRequest {
  const { timeseries, metadata } = decode(uncompress(new Uint8Array(body)), WRITE_REQUEST) as {
    timeseries: {
      labels: { name: string; value: string }[];
      samples: { value: number | bigint; timestamp: number }[];
    }[];
    metadata: DecodedRequest['metadata'];
  };
  const series = timeseries.map(({ labels, samples }) => {
    const [sample, ...more] = samples;
    if (sample === undefined || more.length > 0) throw new Error(`${samples.length} samples in a series`);
    const { value, timestamp } = sample;
    return { labels: labels.map(({ name, value }) => [name, value] as const), value, timestamp };
  });
  return { series, metadata };
}
