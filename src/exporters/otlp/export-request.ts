import { PbfWriter } from 'pbf';
import type { Family, Labels, Sample } from '../../metrics/family.ts';
import { writeBits, writeText } from '../protobuf/exact-fields.ts';
import {
  type HistogramPoint,
  histogramPoints,
  type NumberPoint,
  numberPoints,
  type SummaryPoint,
  summaryPoints,
} from './data-points.ts';

/** When and whether there are values: the same for every data point of a request. */
interface Instants {
  /** Milliseconds since the epoch at which all counters were 0. */
  readonly startEpochMs: number;
  /** Milliseconds since the epoch of every value. */
  readonly epochMs: number;
  /** Whether it says that there are no values any more. */
  readonly ended: boolean;
}

/** What one request brings. */
export interface ExportRequest {
  /** Attributes of whoever is measured. */
  readonly resource: Labels;
  readonly families: readonly Family[];
  readonly instants: Instants;
}

/**
 * `ExportMetricsServiceRequest`, field by field as in
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto.
 */
export function encodeExportRequest(request: ExportRequest): Uint8Array {
  const writer = new PbfWriter();
  writer.writeMessage(1, writeResourceMetrics, request);
  return writer.finish();
}

function writeResourceMetrics(request: ExportRequest, writer: PbfWriter): void {
  writer.writeMessage(1, writeResource, request.resource);
  writer.writeMessage(2, writeScopeMetrics, request);
}

function writeResource(attributes: Labels, writer: PbfWriter): void {
  writeAttributes(1, attributes, writer);
}

function writeScopeMetrics({ families, instants }: ExportRequest, writer: PbfWriter): void {
  writer.writeMessage(1, writeScope, 'loadbot-agent');
  for (const family of families) writer.writeMessage(2, writeMetric, { ...family, instants });
}

function writeScope(name: string, writer: PbfWriter): void {
  writeText(writer, 1, name);
}

/** Samples of the family with that name, and their instants. */
interface TimedSamples {
  readonly name: string;
  readonly samples: readonly Sample[];
  readonly instants: Instants;
}

/** The field of `Metric` that holds the data of each type, and how it is written. */
const DATA = {
  gauge: { field: 5, write: writeGauge },
  // What a receiver makes of a gauge holds of any number.
  unknown: { field: 5, write: writeGauge },
  counter: { field: 7, write: writeSum },
  histogram: { field: 9, write: writeHistogram },
  summary: { field: 11, write: writeSummary },
} as const satisfies Record<Family['type'], { field: number; write: (data: TimedSamples, writer: PbfWriter) => void }>;

// No unit (field 3): the names tell it, and receivers append a unit to a name.
function writeMetric({ name, help, type, samples, instants }: Family & TimedSamples, writer: PbfWriter): void {
  writeText(writer, 1, name);
  writeText(writer, 2, help);
  writer.writeMessage(DATA[type].field, DATA[type].write, { name, samples, instants });
}

/** `AGGREGATION_TEMPORALITY_CUMULATIVE`: every value counts all since the start. */
const CUMULATIVE = 2;

function writeGauge({ samples, instants }: TimedSamples, writer: PbfWriter): void {
  for (const point of numberPoints(samples)) writer.writeMessage(1, writeNumberPoint, { ...point, instants });
}

function writeSum(data: TimedSamples, writer: PbfWriter): void {
  writeGauge(data, writer);
  writer.writeVarintField(2, CUMULATIVE);
  // A Prometheus appends `_total` to the name of every sum that it is told is monotonic, but names must stay what they are.
  writer.writeBooleanField(3, data.name.endsWith('_total'));
}

function writeHistogram({ samples, instants }: TimedSamples, writer: PbfWriter): void {
  for (const point of histogramPoints(samples)) writer.writeMessage(1, writeHistogramPoint, { ...point, instants });
  writer.writeVarintField(2, CUMULATIVE);
}

function writeSummary({ samples, instants }: TimedSamples, writer: PbfWriter): void {
  for (const point of summaryPoints(samples)) writer.writeMessage(1, writeSummaryPoint, { ...point, instants });
}

type Timed<Point> = Point & { readonly instants: Instants };

function writeNumberPoint({ attributes, value, instants }: Timed<NumberPoint>, writer: PbfWriter): void {
  writeInstants(instants, 8, writer);
  writer.writeDoubleField(4, value);
  writeAttributes(7, attributes, writer);
}

function writeHistogramPoint(point: Timed<HistogramPoint>, writer: PbfWriter): void {
  writeInstants(point.instants, 10, writer);
  writeAttributes(9, point.attributes, writer);
  writer.writeFixed64Field(4, point.count);
  writer.writeDoubleField(5, point.sum);
  writer.writePackedFixed64(6, [...point.counts]);
  writer.writePackedDouble(7, [...point.bounds]);
}

function writeSummaryPoint(point: Timed<SummaryPoint>, writer: PbfWriter): void {
  writeInstants(point.instants, 8, writer);
  writeAttributes(7, point.attributes, writer);
  writer.writeFixed64Field(4, point.count);
  writer.writeDoubleField(5, point.sum);
  for (const quantile of point.quantiles) writer.writeMessage(6, writeQuantile, quantile);
}

function writeQuantile({ quantile, value }: SummaryPoint['quantiles'][number], writer: PbfWriter): void {
  writer.writeDoubleField(1, quantile);
  writer.writeDoubleField(2, value);
}

/**
 * `DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK`: what Prometheus calls stale. The point keeps its last values, so that a receiver
 * ends each of its buckets, and one that does not know the flag has nothing new instead of a 0.
 */
const NO_RECORDED_VALUE = 1;

function writeInstants({ startEpochMs, epochMs, ended }: Instants, flagsField: number, writer: PbfWriter): void {
  writeBits(writer, 2, toNanoseconds(startEpochMs));
  writeBits(writer, 3, toNanoseconds(epochMs));
  if (ended) writer.writeVarintField(flagsField, NO_RECORDED_VALUE);
}

function toNanoseconds(epochMs: number): bigint {
  return BigInt(Math.round(epochMs)) * 1_000_000n;
}

function writeAttributes(field: number, attributes: Labels, writer: PbfWriter): void {
  for (const entry of Object.entries(attributes)) writer.writeMessage(field, writeAttribute, entry);
}

function writeAttribute([key, value]: readonly [string, string], writer: PbfWriter): void {
  writeText(writer, 1, key);
  writer.writeMessage(2, writeStringValue, value);
}

function writeStringValue(value: string, writer: PbfWriter): void {
  writeText(writer, 1, value);
}
