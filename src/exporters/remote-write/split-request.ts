import { compress, uncompress } from 'snappyjs';
import { splitMessage } from '../push/body-parts.ts';
import type { PushMessage } from '../push/protocol.ts';
import { type RawField, readFields } from '../protobuf/read-fields.ts';

/** Fields of `WriteRequest` and `TimeSeries`. */
const TIME_SERIES = 1;
const SAMPLES = 2;
/** First bytes of a stale marker's `Sample`: field 1 and the bits of the NaN. */
const STALE = Buffer.from([0x09, 0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f]);

/** Splits a message with compressed series into two halves; empty for a single series. */
export function splitWriteRequest(message: PushMessage): readonly PushMessage[] {
  const fields = readFields(uncompressed(message.body));
  const series = fields.filter(({ number }) => number === TIME_SERIES);
  const half = Math.ceil(series.length / 2);
  if (half === series.length) return [];
  const first = [...series.slice(0, half), ...fields.filter(({ number }) => number !== TIME_SERIES)];
  const bodies = [compressed(first), compressed(series.slice(half))] as const;
  return splitMessage(message, bodies, series.slice(0, half).filter((one) => !isStale(one)).length);
}

/** Joins compressed requests: all their series, in order. */
export function joinWriteRequests(bodies: readonly Uint8Array[]): Uint8Array {
  return compress(Buffer.concat(bodies.map(uncompressed)));
}

function uncompressed(body: string | Uint8Array): Uint8Array {
  return uncompress(Buffer.from(body));
}

function compressed(fields: readonly RawField[]): Uint8Array {
  return compress(Buffer.concat(fields.map(({ bytes }) => bytes)));
}

/** Stale markers do not count as samples. */
function isStale({ content }: RawField): boolean {
  return readFields(content).some((field) => field.number === SAMPLES && STALE.compare(field.content, 0, 9) === 0);
}
