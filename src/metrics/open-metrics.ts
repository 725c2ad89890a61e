import type { Exposition, Family, SampleExemplar } from './family.ts';
import { escapeQuoted, formatLabels, formatSampleValue, LabelCache, CHUNK_LENGTH } from './text.ts';

/** Media type of OpenMetrics 1.0. */
export const OPEN_METRICS_CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/**
 * Formats an exposition as OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/) with exemplars.
 * Series have the same names and labels as in the text format: `le` is not written as `1.0`, which Prometheus up to 2.x
 * would store as a different series from the `1` of the text format.
 */
export function formatOpenMetrics(exposition: Exposition, labelTexts?: LabelCache): string {
  return [...openMetricsChunks(exposition, labelTexts)].join('');
}

/** Formats the same in chunks of whole lines. */
export function* openMetricsChunks(exposition: Exposition, labelTexts = new LabelCache()): Generator<string> {
  const names = new Set(exposition.families.map(({ name }) => name));
  let text = '';
  for (const family of exposition.families) {
    const { name, samples } = family;
    text += describe(family, names);
    for (const { suffix, labels, value, exemplar } of samples) {
      const end = exemplar === undefined ? '\n' : `${formatExemplar(exemplar)}\n`;
      text += `${name}${suffix}${labelTexts.of(labels)} ${formatSampleValue(value)}${end}`;
      if (text.length < CHUNK_LENGTH) continue;
      yield text;
      text = '';
    }
  }
  yield `${text}# EOF\n`;
}

function describe({ name, type, help }: Family, names: ReadonlySet<string>): string {
  const [family, itsType] = familyOf(name, type, names);
  const unit = /_(seconds|bytes)$/.exec(family)?.[1];
  const unitLine = unit === undefined ? '' : `# UNIT ${family} ${unit}\n`;
  return `# TYPE ${family} ${itsType}\n${unitLine}# HELP ${family} ${escapeQuoted(help)}\n`;
}

/**
 * Returns the OpenMetrics name and type of a family. OpenMetrics treats the suffix of counters and info as part of the
 * type: samples `requests_total` belong to the family `requests`. A counter without that suffix keeps its name as
 * `unknown`; as a counter Prometheus would store it as `requests_error_total`. The same holds if the family name is
 * taken: Go's `go_memstats_alloc_bytes` and `go_memstats_alloc_bytes_total` would be one family.
 */
function familyOf(
  name: string,
  type: Family['type'],
  names: ReadonlySet<string>,
): readonly [name: string, type: string] {
  const without = (suffix: string): string | undefined => {
    if (!name.endsWith(suffix)) return undefined;
    const family = name.slice(0, -suffix.length);
    return names.has(family) ? undefined : family;
  };
  if (type === 'counter') {
    const family = without('_total');
    return family === undefined ? [name, 'unknown'] : [family, type];
  }
  const family = type === 'gauge' ? without('_info') : undefined;
  return family === undefined ? [name, type] : [family, 'info'];
}

function formatExemplar({ labels, value, epochMs }: SampleExemplar): string {
  return ` # ${formatLabels(labels)} ${formatSampleValue(value)} ${(epochMs / 1000).toFixed(3)}`;
}
