/** A job whose requests are those of a file. */
export interface Setting {
  /** Content of the file. */
  readonly text: string;
  /** Fields of `requests_from`. */
  readonly from?: object;
  readonly job?: object;
  readonly workload?: object;
  readonly env?: Readonly<Record<string, string>>;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** An access log of GET requests. @param seconds of each request after the first; absent: one a second */
export function logOf(paths: readonly string[], seconds: readonly number[] = paths.map((_, index) => index)): string {
  return paths.map((path, index) => logLine(path, seconds[index] ?? 0)).join('\n');
}

function logLine(path: string, second: number): string {
  const time = new Date(Date.UTC(2025, 9, 10, 12, 0, 0) + second * 1000).toISOString();
  const [year, month = '', day] = time.slice(0, 10).split('-');
  const stamp = `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(11, 19)} +0000`;
  return `10.0.0.1 - - [${stamp}] "GET ${path} HTTP/1.1" 200 12 "-" "agent"`;
}

/** A HAR of GET requests of `/0`, `/1`, ... at these milliseconds. */
export function harOf(times: readonly number[]): string {
  const entries = times.map((time, index) => {
    const startedDateTime = new Date(Date.UTC(2025, 0, 1) + time).toISOString();
    return {
      startedDateTime,
      request: { method: 'GET', url: `https://h/${index}`, headers: [] },
      response: { status: 200 },
    };
  });
  return JSON.stringify({ log: { entries } });
}

/** A target of vegeta in JSON. */
interface VegetaTarget {
  readonly method: string;
  readonly url: string;
  readonly header?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string;
}

export function vegetaOf(targets: readonly VegetaTarget[]): string {
  const lines = targets.map(({ body, ...target }) =>
    JSON.stringify({ ...target, ...(body !== undefined && { body: Buffer.from(body).toString('base64') }) }),
  );
  return `${lines.join('\n')}\n`;
}
