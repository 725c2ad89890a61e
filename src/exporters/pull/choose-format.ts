/** Format of a scrape. */
export type ScrapeFormat = 'text' | 'openmetrics';

interface MediaRange {
  readonly type: string;
  readonly version: string | undefined;
  readonly weight: number;
}

/**
 * Negotiates the format from an `Accept` header (RFC 9110, 12.5.1): OpenMetrics when the header names it in a supported
 * version and prefers it to the text format, otherwise text.
 */
export function chooseFormat(accept: string | undefined): ScrapeFormat {
  const ranges = (accept ?? '').split(',').map(parseRange);
  const openMetrics = weightOf(ranges, ['application/openmetrics-text'], ['1.0.0', '1.0']);
  const text = weightOf(ranges, ['text/plain', 'text/*', '*/*'], ['0.0.4']);
  return openMetrics > 0 && openMetrics > text ? 'openmetrics' : 'text';
}

/** Weight of the most specific of these types in the header; versions are compared only where the header has one. */
function weightOf(ranges: readonly MediaRange[], types: readonly string[], versions: readonly string[]): number {
  for (const wanted of types) {
    const weights = ranges
      .filter(({ type, version }) => type === wanted && (version === undefined || versions.includes(version)))
      .map(({ weight }) => weight);
    if (weights.length > 0) return Math.max(...weights);
  }
  return 0;
}

function parseRange(item: string): MediaRange {
  const [type = '', ...parameters] = item.toLowerCase().split(';');
  const values = new Map(
    parameters.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')];
    }),
  );
  const weight = Number(values.get('q') ?? 1);
  return { type: type.trim(), version: values.get('version'), weight: Number.isFinite(weight) ? weight : 0 };
}
