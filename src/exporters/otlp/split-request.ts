import { PbfWriter } from 'pbf';
import { splitMessage } from '../push/body-parts.ts';
import type { PushMessage } from '../push/protocol.ts';
import { type RawField, readFields } from '../protobuf/read-fields.ts';

/** Field numbers on the path from a request to its data points. */
const RESOURCE_METRICS = 1;
const SCOPE_METRICS = 2;
const METRICS = 2;
/** `gauge`, `sum`, `histogram`, `summary` of a metric. */
const DATA: readonly number[] = [5, 7, 9, 11];
const DATA_POINTS = 1;

/** Splits a message in two, by its metrics or by the data points of a single metric; empty for a single data point. */
export function splitExportRequest(message: PushMessage): readonly PushMessage[] {
  const [first, second] = splitAlong(Buffer.from(message.body), [
    [RESOURCE_METRICS],
    [SCOPE_METRICS],
    [METRICS],
    DATA,
    [DATA_POINTS],
  ]);
  return first === undefined || second === undefined ? [] : splitMessage(message, [first, second], countSamples(first));
}

/** Splits a message at the first field of the path that occurs more than once. */
function splitAlong(message: Uint8Array, path: readonly (readonly number[])[]): readonly Uint8Array[] {
  const [numbers = [], ...rest] = path;
  const fields = readFields(message);
  const repeated = fields.filter(({ number }) => numbers.includes(number));
  const others = fields.filter(({ number }) => !numbers.includes(number));
  const [only] = repeated;
  if (only === undefined) return [];
  if (repeated.length === 1) {
    return rest.length === 0 ? [] : splitAlong(only.content, rest).map((half) => assemble(others, [wrap(only, half)]));
  }
  const half = Math.ceil(repeated.length / 2);
  return [repeated.slice(0, half), repeated.slice(half)].map((part) => assemble(others, part));
}

function assemble(others: readonly RawField[], repeated: readonly Pick<RawField, 'bytes'>[]): Uint8Array {
  return Buffer.concat([...others, ...repeated].map(({ bytes }) => bytes));
}

function wrap({ number }: RawField, content: Uint8Array): Pick<RawField, 'bytes'> {
  const writer = new PbfWriter();
  writer.writeBytesField(number, content);
  return { bytes: writer.finish() };
}

/** Number of samples that the data points represent. */
function countSamples(request: Uint8Array): number {
  let samples = 0;
  for (const resource of contents(request, [RESOURCE_METRICS])) {
    for (const scope of contents(resource, [SCOPE_METRICS])) {
      for (const metric of contents(scope, [METRICS])) samples += countSamplesOf(metric);
    }
  }
  return samples;
}

function countSamplesOf(metric: Uint8Array): number {
  let samples = 0;
  for (const { number, content } of readFields(metric).filter((field) => DATA.includes(field.number))) {
    for (const point of contents(content, [DATA_POINTS])) samples += samplesOfPoint(number, point);
  }
  return samples;
}

/** A distribution has one sample per bucket or quantile, plus its sum and its count. */
function samplesOfPoint(dataNumber: number, point: Uint8Array): number {
  const parts = contents(point, [6]);
  if (dataNumber === 9) return parts.reduce((total, { length }) => total + length / 8, 0) + 2;
  return dataNumber === 11 ? parts.length + 2 : 1;
}

function contents(message: Uint8Array, numbers: readonly number[]): readonly Uint8Array[] {
  return readFields(message)
    .filter(({ number }) => numbers.includes(number))
    .map(({ content }) => content);
}
