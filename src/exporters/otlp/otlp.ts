import { type Exposition, type Family, countSamples } from '../../metrics/family.ts';
import { type PushMessage, type PushProtocol, type Rejection, splitMessage } from '../push/protocol.ts';
import { encodeExportRequest } from './export-request.ts';
import { PbfReader, PbfWriter } from 'pbf';
import { type RawField, readFields } from '../protobuf/fields.ts';

/** Identity of the agent. */
export interface OtlpOptions {
  /** Name of this agent. */
  readonly agent: string;
  /** Start time of every counter, milliseconds since the epoch: the start of the process or of the run. */
  readonly startEpochMs: number;
}

const HEADERS = { 'content-type': 'application/x-protobuf' } as const;

/**
 * OTLP over HTTP in protobuf (https://opentelemetry.io/docs/specs/otlp/#otlphttp). OpenTelemetry's encoder for
 * JavaScript requires its SDK's objects and does not support summaries, so the few messages are encoded here.
 */
export function otlp(url: URL, { agent, startEpochMs }: OtlpOptions): PushProtocol {
  const resource = { 'service.name': 'loadbot-agent', 'service.instance.id': agent };
  let newest: Exposition = { epochMs: startEpochMs, families: [] };
  const encode = (families: readonly Family[], epochMs: number, ended: boolean): Uint8Array =>
    encodeExportRequest({
      resource,
      families,
      instants: { startEpochMs: Math.min(startEpochMs, epochMs), epochMs, ended },
    });
  return {
    url: url.href,
    takesGzip: true,
    onlyNewest: false,
    // Concatenated messages merge their repeated fields (protobuf).
    parts: { split: splitExportRequest, join: (bodies) => Buffer.concat(bodies) },
    encode(exposition) {
      newest = exposition;
      const body = encode(exposition.families, exposition.epochMs, false);
      return [{ headers: HEADERS, body, samples: countSamples(exposition) }];
    },
    endOfRun: {
      graceMs: 0,
      encode(epochMs): PushMessage[] {
        if (newest.families.length === 0) return [];
        const body = encode(newest.families, Math.max(epochMs, newest.epochMs + 1), true);
        return [{ headers: HEADERS, body, samples: 0 }];
      },
    },
    readRejection: readPartialSuccess,
  };
}

/**
 * Parses the rejections of an `ExportMetricsServiceResponse`. They count data points; a histogram is one data point
 * with many samples, so the number is a lower bound. `undefined` when all was accepted, or the response has another
 * format.
 */
function readPartialSuccess(answer: Uint8Array): Rejection | undefined {
  try {
    const reader = new PbfReader(answer);
    const rejection = reader.readFields(readResponseField, { samples: 0, reason: '' });
    return rejection.samples > 0 ? rejection : undefined;
  } catch {
    return undefined; // not protobuf
  }
}

type Found = { samples: number; reason: string };

function readResponseField(field: number, found: Found, reader: PbfReader): void {
  if (field === 1) reader.readMessage(readPartialSuccessField, found);
}

function readPartialSuccessField(field: number, found: Found, reader: PbfReader): void {
  if (field === 1) found.samples = reader.readVarint(true);
  if (field === 2) found.reason = reader.readString();
}

/** Field numbers on the path from a request to its data points. */
const RESOURCE_METRICS = 1;
const SCOPE_METRICS = 2;
const METRICS = 2;
/** `gauge`, `sum`, `histogram`, `summary` of a metric. */
const DATA: readonly number[] = [5, 7, 9, 11];
const DATA_POINTS = 1;

/** Splits a message in two, by its metrics or by the data points of a single metric; empty for a single data point. */
function splitExportRequest(message: PushMessage): readonly PushMessage[] {
  const [first, second] = splitAlong(Buffer.from(message.body), [
    [RESOURCE_METRICS],
    [SCOPE_METRICS],
    [METRICS],
    DATA,
    [DATA_POINTS],
  ]);
  return first === undefined || second === undefined
    ? []
    : splitMessage(message, [first, second], countDataPoints(first));
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
function countDataPoints(request: Uint8Array): number {
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
