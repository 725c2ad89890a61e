import { SLOTS } from '../../recorder/latency-counts.ts';
import { BUCKETS, EXEMPLAR_LENGTH, type TallyLayout } from '../../recorder/tally.ts';

/** A range of slots that hold counts: integers that only increase. */
export interface CountRegion {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** Offset of the distribution that it belongs to, whose sum and maximum are before its counts. */
  readonly distribution: number | undefined;
}

/** Parts of a tally's memory by the kind of their values. */
export interface TallyRegions {
  /**
   * Counters; counts of service times, of response times, of lags; counts of status codes, failed checks and additional
   * counters; counts of each additional trend.
   */
  readonly counts: readonly CountRegion[];
  /** Offsets of the exemplars of service times and of response times; empty unless traced. */
  readonly exemplars: readonly number[];
  /** Slots of one list of exemplars. */
  readonly exemplarSlots: number;
}

const known = new WeakMap<TallyLayout, TallyRegions>();

/** Returns the regions of a layout, which are computed once. */
export function tallyRegions(layout: TallyLayout): TallyRegions {
  const regions = known.get(layout) ?? buildRegions(layout);
  known.set(layout, regions);
  return regions;
}

function buildRegions(layout: TallyLayout): TallyRegions {
  const { paced, traced, service, response, lag, statuses, countersEnd, metrics } = layout;
  const distributions = paced ? [service, response, lag] : [service];
  const trends = metrics.flatMap(({ metric, at }) => (metric.type === 'trend' ? [at] : []));
  const regionOf = (distribution: number): CountRegion => ({
    from: distribution + BUCKETS,
    to: distribution + layout.latencyOffset + SLOTS,
    distribution,
  });
  return {
    counts: [
      { from: 0, to: service, distribution: undefined },
      ...distributions.map(regionOf),
      { from: statuses, to: countersEnd, distribution: undefined },
      ...trends.map(regionOf),
    ],
    exemplars: traced ? [layout.serviceExemplars, ...(paced ? [layout.responseExemplars] : [])] : [],
    exemplarSlots: (layout.bounds.length + 1) * EXEMPLAR_LENGTH,
  };
}
