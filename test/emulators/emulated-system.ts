import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type LabelValues = Readonly<Record<string, string>>;

interface EmulatedFamily {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  /** Values by the text of what stands before them. */
  readonly samples: Map<string, number>;
}

/**
 * The metrics of a system, moved by hand: counters and gauges by `add` and `set`, summaries and histograms by `observe`.
 * Written without the product's own code, for tests that judge it.
 */
export class EmulatedSystem {
  readonly #families = new Map<string, EmulatedFamily>();
  readonly #bounds: Readonly<Record<string, readonly number[]>>;

  /**
   * @param table a family a line: `name type label,label`
   * @param usual values of labels, with which every family has a series from the beginning
   * @param bounds of histograms, without +Inf
   */
  constructor(table: string, usual: LabelValues, bounds: Readonly<Record<string, readonly number[]>> = {}) {
    this.#bounds = bounds;
    for (const line of table.trim().split('\n')) {
      const [name = '', type = '', labels = ''] = line.trim().split(/\s+/);
      this.#families.set(name, { name, type, labels: labels.split(',').filter(Boolean), samples: new Map() });
      const values = Object.fromEntries(this.#family(name).labels.map((label) => [label, usual[label] ?? label]));
      if (type === 'counter' || type === 'gauge') this.set(name, values, 0);
      else this.#begin(name, values);
    }
  }

  get names(): readonly string[] {
    return [...this.#families.keys()];
  }

  set(name: string, labels: LabelValues, value: number): void {
    this.#family(name).samples.set(this.#head(name, '', labels), value);
  }

  add(name: string, labels: LabelValues = {}, by = 1): void {
    const { samples } = this.#family(name);
    const head = this.#head(name, '', labels);
    samples.set(head, (samples.get(head) ?? 0) + by);
  }

  /** Count and sum of a summary or a histogram. */
  observe(name: string, labels: LabelValues, value: number): void {
    this.#begin(name, labels);
    const { samples } = this.#family(name);
    const grow = (head: string, by: number): void => void samples.set(head, (samples.get(head) ?? 0) + by);
    for (const bound of this.#boundsOf(name)) {
      if (value <= Number(bound.replace('+Inf', 'Infinity'))) grow(this.#head(name, '_bucket', labels, bound), 1);
    }
    grow(this.#head(name, '_sum', labels), value);
    grow(this.#head(name, '_count', labels), 1);
  }

  /** Takes a family away, as a version that does not have it. */
  remove(name: string): void {
    this.#families.delete(name);
  }

  /** The page in the text format, with `prefix` before every name. */
  text(prefix = ''): string {
    let text = '';
    for (const { name, type, samples } of this.#families.values()) {
      text += `# HELP ${prefix}${name} emulated\n# TYPE ${prefix}${name} ${type}\n`;
      for (const [head, value] of samples) text += `${prefix}${head} ${value}\n`;
    }
    return text;
  }

  #begin(name: string, labels: LabelValues): void {
    const { samples } = this.#family(name);
    if (samples.has(this.#head(name, '_count', labels))) return;
    for (const bound of this.#boundsOf(name)) samples.set(this.#head(name, '_bucket', labels, bound), 0);
    samples.set(this.#head(name, '_sum', labels), 0).set(this.#head(name, '_count', labels), 0);
  }

  #boundsOf(name: string): readonly string[] {
    if (this.#family(name).type !== 'histogram') return [];
    return [...(this.#bounds[name] ?? [1, 10, 100, 1000]).map(String), '+Inf'];
  }

  #family(name: string): EmulatedFamily {
    const family = this.#families.get(name);
    if (family === undefined) throw new Error(`no such family: ${name}`);
    return family;
  }

  /** What stands before a value. Labels must be the documented ones, each with a value. */
  #head(name: string, suffix: string, labels: LabelValues, bound?: string): string {
    const { labels: documented } = this.#family(name);
    const given = Object.keys(labels).toSorted().join();
    if (given !== documented.toSorted().join()) throw new Error(`${name} has no labels ${given}`);
    const pairs = documented.map((label) => `${label}="${labels[label]}"`);
    if (bound !== undefined) pairs.push(`le="${bound}"`);
    return `${name}${suffix}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`}`;
  }
}

/** An emulated system that can be scraped. */
export interface Endpoint {
  readonly url: string;
  readonly requests: { readonly headers: IncomingHttpHeaders }[];
  /** Calls `listener` whenever the page is asked for, before it is written: changes of the listener are on that page. */
  onRead(listener: () => void): void;
  stop(): Promise<void>;
}

/** Serves what `page` gives at `/metrics`, on loopback. */
export async function servePage(page: () => string): Promise<Endpoint> {
  const requests: { headers: IncomingHttpHeaders }[] = [];
  const listeners: (() => void)[] = [];
  const server = createServer((request, response) => {
    requests.push({ headers: request.headers });
    for (const listener of listeners) listener();
    if (request.url !== '/metrics') response.writeHead(404).end();
    else response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8').end(page());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    requests,
    onRead: (listener) => void listeners.push(listener),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
