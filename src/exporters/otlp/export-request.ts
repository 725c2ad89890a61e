import { PbfWriter } from 'pbf';
import type { Family, Labels, Sample } from '../../metrics/family.ts';
import { writeBits, writeText } from '../protobuf/fields.ts';

/** Timestamps and staleness, the same for every data point of a request. */
interface Instants {
  /** Start time of all counters, milliseconds since the epoch. */
  readonly startEpochMs: number;
  /** Time of every value, milliseconds since the epoch. */
  readonly epochMs: number;
  /** Whether the data points are stale markers. */
  readonly ended: boolean;
}

/** Content of one request. */
export interface ExportRequest {
  /** Resource attributes. */
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

/** Samples of one family, and their timestamps. */
interface TimedSamples {
  readonly name: string;
  readonly samples: readonly Sample[];
  readonly instants: Instants;
}

/** Field of `Metric` and writer for each type. */
const DATA = {
  gauge: { field: 5, write: writeGauge },
  // Untyped metrics become gauges, because a gauge makes no assumption about its values.
  unknown: { field: 5, write: writeGauge },
  counter: { field: 7, write: writeSum },
  histogram: { field: 9, write: writeHistogram },
  summary: { field: 11, write: writeSummary },
} as const satisfies Record<Family['type'], { field: number; write: (data: TimedSamples, writer: PbfWriter) => void }>;

// The unit (field 3) is omitted: names include it, and receivers append a unit to the name.
function writeMetric({ name, help, type, samples, instants }: Family & TimedSamples, writer: PbfWriter): void {
  writeText(writer, 1, name);
  writeText(writer, 2, help);
  writer.writeMessage(DATA[type].field, DATA[type].write, { name, samples, instants });
}

/** `AGGREGATION_TEMPORALITY_CUMULATIVE`: values are totals since the start. */
const CUMULATIVE = 2;

function writeGauge({ samples, instants }: TimedSamples, writer: PbfWriter): void {
  for (const point of numberPoints(samples)) writer.writeMessage(1, writeNumberPoint, { ...point, instants });
}

function writeSum(data: TimedSamples, writer: PbfWriter): void {
  writeGauge(data, writer);
  writer.writeVarintField(2, CUMULATIVE);
  // Prometheus appends `_total` to the name of every monotonic sum, so only counters with this suffix are marked as
  // monotonic and names stay unchanged.
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
 * `DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK`, the stale marker. The point keeps its last values, so that a receiver ends
 * each of its buckets, and a receiver that ignores the flag sees no change instead of a 0.
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

/** A data point of a counter or gauge. */
interface NumberPoint {
  readonly attributes: Labels;
  readonly value: number;
}

/** A distribution with explicit bucket bounds. */
interface HistogramPoint {
  readonly attributes: Labels;
  readonly count: number;
  readonly sum: number;
  /** Upper bounds, ascending, without +Inf. */
  readonly bounds: readonly number[];
  /** Counts per bucket (not cumulative); one more than bounds. */
  readonly counts: readonly number[];
}

/** A distribution with quantiles. */
interface SummaryPoint {
  readonly attributes: Labels;
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

function numberPoints(samples: readonly Sample[]): NumberPoint[] {
  return samples.map(({ labels, value }) => ({ attributes: attributesOf(labels), value }));
}

function histogramPoints(samples: readonly Sample[]): HistogramPoint[] {
  return groupParts(samples, 'le').map(({ attributes, count, sum, parts }) => {
    const upTo = parts.toSorted((a, b) => a.at - b.at);
    return {
      attributes,
      count,
      sum,
      bounds: upTo.map(({ at }) => at).filter(Number.isFinite),
      counts: upTo.map(({ value }, index) => value - (upTo[index - 1]?.value ?? 0)),
    };
  });
}

function summaryPoints(samples: readonly Sample[]): SummaryPoint[] {
  return groupParts(samples, 'quantile').map(({ attributes, count, sum, parts }) => ({
    attributes,
    count,
    sum,
    quantiles: parts.map(({ at, value }) => ({ quantile: at, value })),
  }));
}

interface Parts {
  readonly attributes: Labels;
  count: number;
  sum: number;
  readonly parts: { at: number; value: number }[];
}

/** Groups the samples of each distribution; `partLabel` distinguishes the samples of one distribution. */
function groupParts(samples: readonly Sample[], partLabel: 'le' | 'quantile'): Parts[] {
  const groups = new Map<string, Parts>();
  for (const { suffix, labels, value } of samples) {
    const { [partLabel]: part, ...rest } = labels;
    const attributes = attributesOf(rest);
    const key = JSON.stringify(attributes);
    const group = groups.get(key) ?? { attributes, count: 0, sum: 0, parts: [] };
    groups.set(key, group);
    if (suffix === '_count') group.count = value;
    else if (suffix === '_sum') group.sum = value;
    else if (part !== undefined) group.parts.push({ at: part === '+Inf' ? Infinity : Number(part), value });
  }
  return [...groups.values()];
}

/**
 * Labels as attributes, without empty ones, because Prometheus treats an empty label as absent. The job's name is
 * included twice, because Prometheus maps `service.name` to the label `job`.
 */
function attributesOf(labels: Labels): Labels {
  const given = Object.entries(labels).filter(([, value]) => value !== '');
  return { ...Object.fromEntries(given), ...(labels['job'] ? { workload_job: labels['job'] } : {}) };
}
