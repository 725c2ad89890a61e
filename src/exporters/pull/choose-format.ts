/** A format in which metrics can be scraped. */
export type ScrapeFormat = 'text' | 'openmetrics';

interface MediaRange {
  readonly type: string;
  readonly version: string | undefined;
  readonly weight: number;
}

/**
 * The format that an `Accept` header asks for (RFC 9110, 12.5.1). OpenMetrics only where it is named, in a version that
 * we write, and is preferred to the text format; everybody else gets text, whatever they say that they accept.
 */
export function chooseFormat(accept: string | undefined): ScrapeFormat {
  const ranges = (accept ?? '').split(',').map(parseRange);
  const openMetrics = weightOf(ranges, ['application/openmetrics-text'], ['1.0.0', '1.0']);
  const text = weightOf(ranges, ['text/plain', 'text/*', '*/*'], ['0.0.4']);
  return openMetrics > 0 && openMetrics > text ? 'openmetrics' : 'text';
}

/** The weight of the most exact of these types that the header has; the versions bind only where one is given. */
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
