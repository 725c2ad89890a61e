import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { expect, it } from 'vitest';
import { encodeExportRequest } from '../../../../src/exporters/otlp/export-request.ts';
import { type DecodedMetric, type DecodedPoint, decodeExportRequest } from './decode.ts';
import { EPOCH_MS, FAMILIES, START_MS } from './families.ts';

type ResourceMetrics = Parameters<typeof ProtobufMetricsSerializer.serializeRequest>[0];

/** Numbers of their enums: DataPointType, and for all of them CUMULATIVE and DOUBLE. */
const TYPES = { histogram: 0, gauge: 2, sum: 3 } as const;
const CUMULATIVE = 1;
const DOUBLE = 1;

const resource = { 'service.name': 'loadbot-agent', 'service.instance.id': 'a' };

/** The encoded data, in the form of OpenTelemetry's encoder, which does not support summaries. */
function toTheirs(metrics: readonly DecodedMetric[]): ResourceMetrics {
  const ofType = (metric: DecodedMetric, type: keyof typeof TYPES) => ({
    descriptor: { name: metric.name, description: metric.description, unit: '', valueType: DOUBLE },
    aggregationTemporality: CUMULATIVE,
    dataPointType: TYPES[type],
    isMonotonic: metric.sum?.monotonic,
    dataPoints: (metric[type]?.points ?? []).map((point) => ({
      startTime: toHrTime(point.start),
      endTime: toHrTime(point.time),
      attributes: Object.fromEntries(point.attributes.map(({ key, value }) => [key, value.string])),
      value: toValue(point),
    })),
  });
  const theirs = metrics.map((metric) => {
    const type = (['gauge', 'sum', 'histogram'] as const).find((name) => metric[name] !== undefined);
    if (type === undefined) throw new Error(`${metric.name} is of another type`);
    return ofType(metric, type);
  });
  return {
    resource: { attributes: resource },
    scopeMetrics: [{ scope: { name: 'loadbot-agent' }, metrics: theirs }],
    // As far as their encoder looks at it.
  } as unknown as ResourceMetrics;
}

function toValue({ value, sum, count, bounds, counts }: DecodedPoint): unknown {
  if (counts === undefined) return value;
  return { buckets: { boundaries: bounds, counts: counts.map(Number) }, sum, count: Number(count) };
}

function toHrTime(nanoseconds: bigint): [number, number] {
  return [Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)];
}

function normalise(metrics: readonly DecodedMetric[]): readonly DecodedMetric[] {
  return metrics.map((metric) =>
    metric.sum === undefined ? metric : Object.assign({}, metric, { sum: { monotonic: false, ...metric.sum } }),
  );
}

it('encodes like the encoder of OpenTelemetry', () => {
  const families = FAMILIES.filter(({ type }) => type !== 'summary');
  const instants = { startEpochMs: START_MS, epochMs: EPOCH_MS, ended: false };
  const ours = decodeExportRequest(encodeExportRequest({ resource, families, instants }));
  const encoded = ProtobufMetricsSerializer.serializeRequest(toTheirs(ours.metrics));
  expect(encoded?.length).toBeGreaterThan(300);
  const theirs = decodeExportRequest(encoded ?? new Uint8Array());
  // They do not write a boolean that is false.
  expect(normalise(theirs.metrics)).toEqual(normalise(ours.metrics));
  expect({ ...theirs, metrics: [] }).toEqual({ ...ours, metrics: [] });
});
