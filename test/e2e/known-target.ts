import { readFileSync } from 'node:fs';
import { Agent, scratchFile } from './agent.ts';

/** One request as the target saw it. */
export interface Arrival {
  /** Epoch milliseconds. */
  readonly t: number;
  /** Milliseconds until its response went out. */
  readonly ms: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** `loadbot-agent target` in a process of its own, whose access log is the truth that results are compared with. */
export class KnownTarget {
  readonly url: string;
  readonly #agent: Agent;
  readonly #log: string;

  private constructor(agent: Agent, url: string, log: string) {
    this.#agent = agent;
    this.url = url;
    this.#log = log;
  }

  static async start(...flags: readonly string[]): Promise<KnownTarget> {
    const log = scratchFile('ndjson');
    const agent = new Agent(['target', '--port', '0', '--access-log', log, ...flags]);
    const [url = ''] = await agent.sees(/http:\/\/127\.0\.0\.1:\d+/);
    return new KnownTarget(agent, url, log);
  }

  /** Ends it, and returns every request it saw, in order of arrival. */
  async stop(): Promise<readonly Arrival[]> {
    this.#agent.child.kill('SIGTERM');
    await this.#agent.ended;
    return readFileSync(this.#log, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Arrival)
      .toSorted((a, b) => a.t - b.t);
  }

  kill(): void {
    this.#agent.child.kill('SIGKILL');
  }
}

/** The value that `percent` of all values do not exceed. */
export function percentileOf(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}
