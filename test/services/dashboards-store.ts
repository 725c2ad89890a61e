/** One line of a graph: its labels and the points that are numbers. */
export interface Line {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly atSeconds: number; readonly value: number }[];
}

/** A stretch of time, in seconds since 1970. */
export interface TimeRange {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** What Grafana asks a Prometheus or VictoriaMetrics for. */
export interface DashboardStore {
  /** A graph's lines; those without any number are left out, as a graph shows nothing of them. */
  range(promql: string, range: TimeRange, stepSeconds: number): Promise<readonly Line[]>;
  /** The same for one moment: lines of one point. */
  instant(promql: string, atSeconds: number): Promise<readonly Line[]>;
  /** Answers a query of a template variable, `label_values(series, label)`. */
  labelValues(query: string, range: TimeRange): Promise<readonly string[]>;
}

type Point = readonly [atSeconds: number, value: string];

interface Matrix {
  readonly result: readonly {
    readonly metric: Record<string, string>;
    readonly values?: readonly Point[];
    readonly value?: Point;
  }[];
}

/** @param origin such as `http://127.0.0.1:9090` */
export function dashboardStore(origin: string): DashboardStore {
  const ask = async <T>(path: string, parameters: Readonly<Record<string, string | number>>): Promise<T> => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) search.set(name, String(value));
    const response = await fetch(`${origin}/api/v1/${path}?${search.toString()}`);
    const answer = (await response.json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success') throw new Error(`${search.get('query')}: ${answer.error}`);
    return answer.data;
  };
  return {
    async range(query, { fromSeconds, toSeconds }, step) {
      return lines(await ask<Matrix>('query_range', { query, start: fromSeconds, end: toSeconds, step }));
    },
    async instant(query, time) {
      return lines(await ask<Matrix>('query', { query, time }));
    },
    async labelValues(query, { fromSeconds, toSeconds }) {
      const [, series = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
      const found = await ask<string[]>(`label/${label}/values`, {
        'match[]': series,
        start: fromSeconds,
        end: toSeconds,
      });
      return found.toSorted();
    },
  };
}

function lines({ result }: Matrix): readonly Line[] {
  return result
    .map(({ metric, values, value }) => ({
      labels: metric,
      points: (values ?? (value === undefined ? [] : [value]))
        .map(([atSeconds, text]) => ({ atSeconds, value: Number(text) }))
        .filter((point) => Number.isFinite(point.value)),
    }))
    .filter(({ points }) => points.length > 0);
}
