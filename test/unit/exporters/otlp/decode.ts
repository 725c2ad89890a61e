import { decode, type Field, type Message } from '../protobuf.ts';

const ATTRIBUTES: Field = ['attributes', [{ 1: ['key', 'string'], 2: ['value', { 1: ['string', 'string'] }] }]];

const NUMBER_POINT: Message = {
  2: ['start', 'fixed64'],
  3: ['time', 'fixed64'],
  4: ['value', 'double'],
  7: ATTRIBUTES,
  8: ['flags', 'int64'],
};

const HISTOGRAM_POINT: Message = {
  2: ['start', 'fixed64'],
  3: ['time', 'fixed64'],
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['counts', 'packed fixed64'],
  7: ['bounds', 'packed double'],
  9: ATTRIBUTES,
  10: ['flags', 'int64'],
};

const SUMMARY_POINT: Message = {
  2: ['start', 'fixed64'],
  3: ['time', 'fixed64'],
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['quantiles', [{ 1: ['quantile', 'double'], 2: ['value', 'double'] }]],
  7: ATTRIBUTES,
  8: ['flags', 'int64'],
};

const METRIC: Message = {
  1: ['name', 'string'],
  2: ['description', 'string'],
  3: ['unit', 'string'],
  5: ['gauge', { 1: ['points', [NUMBER_POINT]] }],
  7: ['sum', { 1: ['points', [NUMBER_POINT]], 2: ['temporality', 'int64'], 3: ['monotonic', 'bool'] }],
  9: ['histogram', { 1: ['points', [HISTOGRAM_POINT]], 2: ['temporality', 'int64'] }],
  11: ['summary', { 1: ['points', [SUMMARY_POINT]] }],
};

/** ExportMetricsServiceRequest, as in opentelemetry/proto/metrics/v1/metrics.proto. */
const EXPORT_REQUEST: Message = {
  1: [
    'resources',
    [
      {
        1: ['resource', { 1: ATTRIBUTES, 2: ['droppedAttributes', 'int64'] }],
        2: [
          'scopes',
          [{ 1: ['scope', { 1: ['name', 'string'], 2: ['version', 'string'] }], 2: ['metrics', [METRIC]] }],
        ],
      },
    ],
  ],
};

export interface DecodedPoint {
  readonly start: bigint;
  readonly time: bigint;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly string: string } }[];
  readonly value?: number;
  readonly count?: bigint;
  readonly sum?: number;
  readonly counts?: readonly bigint[];
  readonly bounds?: readonly number[];
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[];
  readonly flags?: number;
}

interface DecodedData {
  readonly points: readonly DecodedPoint[];
  readonly temporality?: number;
  readonly monotonic?: boolean;
}

export interface DecodedMetric {
  readonly name: string;
  readonly description: string;
  readonly gauge?: DecodedData;
  readonly sum?: DecodedData;
  readonly histogram?: DecodedData;
  readonly summary?: DecodedData;
}

/** A body as an OTLP receiver decodes it; timestamps and counts as bigint. */
export function decodeExportRequest(body: Uint8Array) {
  const { resources } = decode(body, EXPORT_REQUEST) as {
    resources: {
      resource: Pick<DecodedPoint, 'attributes'>;
      scopes: { scope: { name: string }; metrics: DecodedMetric[] }[];
    }[];
  };
  const [{ resource, scopes } = { resource: { attributes: [] }, scopes: [] }, ...more] = resources;
  if (more.length > 0 || scopes.length !== 1) throw new Error('one resource and one scope are expected');
  return { resource: plainAttributes(resource), scope: scopes[0]?.scope.name, metrics: scopes[0]?.metrics ?? [] };
}

export function plainAttributes({ attributes }: Pick<DecodedPoint, 'attributes'>): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.string]));
}
