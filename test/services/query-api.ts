/** One series of an answer: its labels, its value, and when that value was taken (seconds since the epoch). */
interface QueryResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly atSeconds: number;
}

/** The query API that Prometheus and VictoriaMetrics share. */
export interface QueryApi {
  /** Series and their values at an instant; now when none is given. */
  query(promql: string, atSeconds?: number): Promise<readonly QueryResult[]>;
  /** The value of the only series that a query gives; `undefined` when there is none. */
  value(promql: string, atSeconds?: number): Promise<number | undefined>;
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly value?: [number, string];
      readonly values?: [number, string][];
    }[];
  };
}

/** @param origin such as `http://127.0.0.1:9090` */
export function queryApi(origin: string): QueryApi {
  const query = async (promql: string, atSeconds?: number): Promise<readonly QueryResult[]> => {
    const parameters = new URLSearchParams({ query: promql });
    if (atSeconds !== undefined) parameters.set('time', String(atSeconds));
    const response = await fetch(`${origin}/api/v1/query?${parameters.toString()}`);
    const answer = (await response.json()) as Answer;
    if (answer.status !== 'success' || answer.data === undefined) throw new Error(`${promql}: ${answer.error}`);
    return answer.data.result.flatMap(({ metric, value, values }) =>
      (values ?? (value === undefined ? [] : [value])).map(([atSeconds, text]) => ({
        labels: metric,
        value: Number(text),
        atSeconds,
      })),
    );
  };
  return {
    query,
    async value(promql, atSeconds) {
      const results = await query(promql, atSeconds);
      if (results.length > 1) throw new Error(`${promql} gives ${results.length} series`);
      return results[0]?.value;
    },
  };
}
