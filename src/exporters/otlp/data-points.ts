import type { Labels, Sample } from '../../metrics/family.ts';

/** A data point of a counter or gauge. */
export interface NumberPoint {
  readonly attributes: Labels;
  readonly value: number;
}

/** A distribution with explicit bucket bounds. */
export interface HistogramPoint {
  readonly attributes: Labels;
  readonly count: number;
  readonly sum: number;
  /** Upper bounds, ascending, without +Inf. */
  readonly bounds: readonly number[];
  /** Counts per bucket (not cumulative); one more than bounds. */
  readonly counts: readonly number[];
}

/** A distribution with quantiles. */
export interface SummaryPoint {
  readonly attributes: Labels;
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export function numberPoints(samples: readonly Sample[]): NumberPoint[] {
  return samples.map(({ labels, value }) => ({ attributes: attributesOf(labels), value }));
}

export function histogramPoints(samples: readonly Sample[]): HistogramPoint[] {
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

export function summaryPoints(samples: readonly Sample[]): SummaryPoint[] {
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
