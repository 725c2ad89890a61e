import type { Clock } from '../../core/clock.ts';

/** Who scraped, as far as a request tells. */
export interface ScrapeClient {
  readonly address: string;
  readonly userAgent: string;
  /** What `X-Prometheus-Scrape-Timeout-Seconds` says, in milliseconds; `undefined` without that header. */
  readonly timeoutMs: number | undefined;
}

interface Scraper {
  readonly client: ScrapeClient;
  lastMs: number;
  /** The newest gaps between its scrapes. */
  gapsMs: readonly number[];
}

/** What is taken for the interval of a scraper that came once: the one in Prometheus' sample configuration. */
const USUAL_INTERVAL_MS = 15_000;
/** As many gaps are remembered; the longest counts, so that two scrapers that look alike are not taken for a quick one. */
const GAPS = 4;
/** As many scrapers are remembered. */
const MAX_SCRAPERS = 100;

/** Remembers who scrapes and how often, to know for whom to wait when a run has ended. */
export class Scrapers {
  readonly #clock: Clock;
  readonly #seen = new Map<string, Scraper>();
  /** When lingering ends at the latest. */
  #latestMs = Infinity;
  #notify = (): void => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A scrape that began at `startedMs` has been answered in full. */
  scraped(client: ScrapeClient, startedMs: number): void {
    const id = `${client.address} ${client.userAgent} ${client.timeoutMs === undefined ? 'other' : 'prometheus'}`;
    const known = this.#seen.get(id);
    if (known !== undefined) {
      known.gapsMs = [...known.gapsMs, startedMs - known.lastMs].slice(-GAPS);
      known.lastMs = Math.max(known.lastMs, startedMs);
    } else if (this.#seen.size < MAX_SCRAPERS) {
      this.#seen.set(id, { client, lastMs: startedMs, gapsMs: [] });
    }
    this.#notify();
  }

  /**
   * Waits until each scraper seen so far has begun one more scrape from now on, for each at most twice its interval.
   * Returns those that did not come. Called once.
   */
  async linger(): Promise<readonly ScrapeClient[]> {
    const endedMs = this.#clock.nowMs();
    const expected = [...this.#seen.values()].flatMap((scraper) => {
      const intervalMs = intervalOf(scraper);
      // One that stayed away for longer than that has left before.
      if (intervalMs === undefined || endedMs - scraper.lastMs > 2 * intervalMs) return [];
      return { scraper, untilMs: endedMs + 2 * intervalMs };
    });
    for (;;) {
      const missing = expected.filter(({ scraper }) => scraper.lastMs <= endedMs);
      const nowMs = this.#clock.nowMs();
      const waitMs = Math.max(0, ...missing.map(({ untilMs }) => Math.min(untilMs, this.#latestMs) - nowMs));
      if (waitMs === 0) return missing.map(({ scraper }) => scraper.client);
      await this.#nextScrape(waitMs);
    }
  }

  /** Bounds lingering, before or while it goes on, to `deadlineMs` from now. A later call can only shorten it. */
  lingerAtMost(deadlineMs: number): void {
    this.#latestMs = Math.min(this.#latestMs, this.#clock.nowMs() + deadlineMs);
    this.#notify();
  }

  async #nextScrape(withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(withinMs, resolve);
      this.#notify = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

/**
 * How often it scrapes. One that came once has shown no interval: with Prometheus' header it is a scraper all the same, of an
 * interval no shorter than its timeout; without, it may well be a person who had a look.
 */
function intervalOf({ client, gapsMs }: Scraper): number | undefined {
  if (gapsMs.length > 0) return Math.max(...gapsMs);
  return client.timeoutMs === undefined ? undefined : Math.max(client.timeoutMs, USUAL_INTERVAL_MS);
}
