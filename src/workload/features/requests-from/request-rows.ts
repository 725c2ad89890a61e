import type { Header } from '../../../request-files/imported-request.ts';
import type { SecretReplacer } from '../../../request-files/redact-request.ts';

/** A request of a file, which may occur several times. */
export interface RequestRow {
  readonly method: string;
  /** Path and query, as recorded. */
  readonly path: string;
  /** Those to send, by name in lower case, each name once, in the order of the names. */
  readonly headers: readonly Header[];
  readonly body: string | undefined;
  /** Recorded host with its port if that is not the default; empty: unknown. */
  readonly host: string;
  /** Number of requests that are equal. */
  count: number;
}

/** The different requests of a file, each once. */
export class RequestRows {
  readonly rows: RequestRow[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #hosts = new Map<string, string>();

  /** Counts a request. Returns the index of its row. */
  add({ method, path, headers, body, host }: Omit<RequestRow, 'count'>): number {
    const isPlain = headers.length === 0 && body === undefined;
    const key = (isPlain ? `${method} ${host} ` : JSON.stringify([method, host, headers, body])) + path;
    const known = this.#indexes.get(key);
    if (known !== undefined) {
      this.rows[known]!.count++; // of this list
      return known;
    }
    // A part of a line of the file would keep the whole line in memory.
    const own = Buffer.from(key).toString();
    const ownPath = own.slice(own.length - path.length);
    this.#indexes.set(own, this.rows.length);
    return this.rows.push({ method, path: ownPath, headers, body, host: this.#ownHost(host), count: 1 }) - 1;
  }

  #ownHost(host: string): string {
    let own = this.#hosts.get(host);
    if (own === undefined) {
      own = Buffer.from(host).toString();
      this.#hosts.set(own, own);
    }
    return own;
  }
}

/** Most secrets that are searched for in messages. */
const MOST = 1000;

/** Collects the secrets of requests, which are sent as recorded. */
export class SecretCollector implements SecretReplacer {
  readonly found = new Set<string>();

  /** Whether no more are collected. */
  get isFull(): boolean {
    return this.found.size >= MOST;
  }

  replace(value: string): string {
    if (!this.isFull) this.found.add(value);
    return value;
  }

  replaceAll(value: string): string {
    return this.replace(value);
  }
}
