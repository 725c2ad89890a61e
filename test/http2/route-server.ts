/** Counts of a server with the routes of `go-server/main.go`. */
export interface RouteCounts {
  /** Requests by path. */
  readonly requests: Readonly<Record<string, number>>;
  /** Bytes of their bodies by path. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly connections: number;
}

/** A server with the routes of `go-server/main.go`, without TLS and with it. */
export interface RouteServer {
  readonly url: string;
  readonly secureUrl: string;
  counts(): Promise<RouteCounts>;
  /** Sends GOAWAY to each open connection, and accepts further ones. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The decimal numbers from 0, as far as they were needed. */
let text = '';
let next = 0;

/** A body of a size whose bytes show their place: it repeats the decimal numbers from 0. */
export function numbers(bytes: number): string {
  if (text.length < bytes) {
    const parts = [text];
    for (let length = text.length; length < bytes;) length += parts[parts.push(`${next++} `) - 1]?.length ?? 0;
    text = parts.join('');
  }
  return text.slice(0, bytes);
}

/** Headers of the route `/headers`. */
export function manyHeaders(count: number): readonly (readonly [name: string, value: string])[] {
  return Array.from({ length: count }, (_, n) => [`x-${n}`, `value-${n}-${'v'.repeat(n % 50)}`] as const);
}
