/** What Grafana puts into a query before it sends it. */
export interface QueryContext {
  /** Values chosen for each template variable; `undefined`: "All". */
  readonly chosen: Readonly<Record<string, readonly string[] | undefined>>;
  /** What "All" stands for. */
  readonly allValue: string;
  /** Values in the time range shown. */
  readonly rangeSeconds: number;
  /** Values of the data source, by its settings. */
  readonly scrapeIntervalSeconds: number;
  /** Between two points of a graph. */
  readonly stepSeconds: number;
}

/** Replaces variables as Grafana's data source for Prometheus does. */
export function interpolate(query: string, context: QueryContext): string {
  const { rangeSeconds, scrapeIntervalSeconds, stepSeconds } = context;
  const builtIn: Readonly<Record<string, string>> = {
    __interval: `${stepSeconds}s`,
    __interval_ms: String(stepSeconds * 1000),
    __range: `${rangeSeconds}s`,
    // https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
    __rate_interval: `${Math.max(stepSeconds + scrapeIntervalSeconds, 4 * scrapeIntervalSeconds)}s`,
  };
  return query.replaceAll(/\$(?:(\w+)|\{(\w+)\})/g, (text, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? '';
    const value = builtIn[name];
    if (value !== undefined) return value;
    if (!(name in context.chosen)) throw new Error(`${query} has a variable that nobody sets: ${text}`);
    return alternatives(context.chosen[name], context.allValue);
  });
}

/** The values as a regular expression within a string of PromQL. */
function alternatives(values: readonly string[] | undefined, allValue: string): string {
  if (values === undefined) return allValue;
  const escaped = values.map((value) =>
    value.replaceAll('\\', String.raw`\\\\`).replaceAll(/[$^*{}[\]'+?.()|]/g, String.raw`\\$&`),
  );
  return escaped.length === 1 ? String(escaped[0]) : `(${escaped.join('|')})`;
}
