import { type Distribution, type Exemplar, SIZE_BOUNDS, type Tally } from '../recorder/snapshot.ts';
import type { Sample, SampleExemplar } from './family.ts';
import type { SeriesLabels } from './series-labels.ts';

/**
 * Converts a distribution into histogram samples: cumulative buckets up to `+Inf`, sum and count; empty without a
 * distribution. The count is taken from the last bucket, so the two are always equal.
 * @param traceId returns the trace id of the request with a ticket, for exemplars
 */
export function histogramSamples(
  distribution: Distribution | undefined,
  series: SeriesLabels,
  traceId: (sequence: number) => string,
): readonly Sample[] {
  if (distribution === undefined) return [];
  const { bounds, counts, exemplars, sumSeconds } = distribution;
  let total = 0;
  const samples: Sample[] = series.buckets(bounds).map((labels, index) => {
    total += counts[index] ?? 0;
    const exemplar = describeExemplar(exemplars?.[index], traceId);
    return { suffix: '_bucket', labels, value: total, exemplar };
  });
  samples.push({ suffix: '_sum', labels: series.own, value: sumSeconds });
  samples.push({ suffix: '_count', labels: series.own, value: total });
  return samples;
}

function describeExemplar(
  exemplar: Exemplar | undefined,
  traceId: (sequence: number) => string,
): SampleExemplar | undefined {
  if (exemplar === undefined) return undefined;
  const { sequence, seconds, epochMs } = exemplar;
  return { labels: { trace_id: traceId(sequence) }, value: seconds, epochMs };
}

/** Converts response sizes into histogram samples: cumulative buckets up to `+Inf`, sum and count. */
export function sizeSamples({ sizes, receivedBytes }: Tally, series: SeriesLabels): readonly Sample[] {
  let total = 0;
  const samples: Sample[] = series.buckets(SIZE_BOUNDS).map((labels, bucket) => {
    total += sizes[bucket] ?? 0;
    return { suffix: '_bucket', labels, value: total };
  });
  samples.push({ suffix: '_sum', labels: series.own, value: receivedBytes });
  samples.push({ suffix: '_count', labels: series.own, value: total });
  return samples;
}
