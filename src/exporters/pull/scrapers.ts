import type { Clock } from '../../core/clock.ts';

/** A client that scrapes, as far as a request shows. */
export interface ScrapeClient {
  readonly address: string;
  readonly userAgent: string;
  /** `X-Forwarded-For` or `Forwarded` that proxies add; empty: none. */
  readonly forwardedFor: string;
  /** `X-Prometheus-Scrape-Timeout-Seconds`, in milliseconds; `undefined` without that header. */
  readonly timeoutMs: number | undefined;
}

/** What scrapes come over; compared by identity. */
export interface ScrapeConnection {
  readonly destroyed: boolean;
}

/** One scrape that was answered in full. */
export interface Scrape {
  readonly client: ScrapeClient;
  readonly connection: ScrapeConnection;
  readonly arrivedMs: number;
  /** When the metrics in the answer were collected. */
  readonly collectedMs: number;
}

/** A scraper that did not take the last values. */
export interface MissedScraper {
  readonly client: ScrapeClient;
  /** Milliseconds from its last scrape to the end. */
  readonly awayMs: number;
}

interface Scraper {
  readonly client: ScrapeClient;
  /** `undefined`: closed. */
  connection: ScrapeConnection | undefined;
  readonly firstMs: number;
  /** Arrival of its last scrape. */
  lastMs: number;
  collectedMs: number;
  /** The newest gaps between its scrapes. */
  gapsMs: readonly number[];
}

/** Interval of a scraper that came once, unless others like it show one: the one in Prometheus' sample configuration. */
const USUAL_INTERVAL_MS = 15_000;
/** As many gaps are remembered; the longest counts. */
const GAPS = 4;
/** As many scrapers are remembered, those that came last. */
const MAX_SCRAPERS = 100;
/** Scrapes of one scraper may come closer together than its timeout by so much, or by half of the timeout. */
const JITTER_MS = 1_000;
/** Share of an interval by which regular scrapes may be off. */
const REGULAR_WITHIN = 0.25;

/**
 * Remembers scrapers and how often each scrapes, to know which ones to wait for when a run has ended. Scrapers that look
 * alike are told apart by their connections and, where these are not kept, by their times: Prometheus' interval is never
 * shorter than its timeout, which it sends.
 */
export class Scrapers {
  readonly #clock: Clock;
  #seen: Scraper[] = [];
  /** When lingering ends at the latest. */
  #latestMs = Infinity;
  #notify = (): void => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A scrape has been answered in full. */
  scraped(scrape: Scrape): void {
    const { connection, arrivedMs, collectedMs } = scrape;
    const scraper = this.#find(scrape);
    if (scraper === undefined) {
      this.#add({ ...scrape, firstMs: arrivedMs, lastMs: arrivedMs, gapsMs: [] });
    } else {
      scraper.gapsMs = [...scraper.gapsMs, arrivedMs - scraper.lastMs].slice(-GAPS);
      scraper.connection = connection;
      scraper.lastMs = arrivedMs;
      scraper.collectedMs = Math.max(scraper.collectedMs, collectedMs);
    }
    if (connection.destroyed) this.disconnected(connection); // `close` may have come before
    this.#notify();
  }

  /** A connection has been closed. */
  disconnected(connection: ScrapeConnection): void {
    for (const scraper of this.#seen) if (scraper.connection === connection) scraper.connection = undefined;
  }

  /**
   * Waits until each scraper seen so far has taken metrics that were collected from now on, for each at most twice its
   * interval. Returns those that did not, and those that had stopped coming before. Called once.
   */
  async linger(): Promise<readonly MissedScraper[]> {
    const endedMs = this.#clock.nowMs();
    const isAway = (scraper: Scraper): boolean => endedMs - scraper.lastMs > 2 * this.#intervalMs(scraper);
    const expected = this.#seen
      .filter((scraper) => isScraper(scraper) && !isAway(scraper))
      .map((scraper) => ({ scraper, untilMs: endedMs + 2 * this.#intervalMs(scraper) }));
    const left = this.#seen.filter((scraper) => isAway(scraper) && this.#hasLeft(scraper));
    for (;;) {
      const missing = expected.filter(({ scraper }) => scraper.collectedMs <= endedMs);
      const nowMs = this.#clock.nowMs();
      const waitMs = Math.max(0, ...missing.map(({ untilMs }) => Math.min(untilMs, this.#latestMs) - nowMs));
      if (waitMs === 0) {
        return [...left, ...missing.map(({ scraper }) => scraper)].map(({ client, lastMs }) => {
          return { client, awayMs: Math.max(0, endedMs - lastMs) };
        });
      }
      await this.#nextScrape(waitMs);
    }
  }

  /** Bounds lingering, before or while it goes on, to `deadlineMs` from now. A later call can only shorten it. */
  lingerAtMost(deadlineMs: number): void {
    this.#latestMs = Math.min(this.#latestMs, this.#clock.nowMs() + deadlineMs);
    this.#notify();
  }

  #add({ client, connection, firstMs, lastMs, collectedMs, gapsMs }: Scraper): void {
    const kept = this.#seen.toSorted((a, b) => a.lastMs - b.lastMs).slice(1 - MAX_SCRAPERS);
    this.#seen = [...kept, { client, connection, firstMs, lastMs, collectedMs, gapsMs }];
  }

  /** The scraper that this is the next scrape of; `undefined`: a new one. */
  #find({ client, connection, arrivedMs }: Scrape): Scraper | undefined {
    const alike = this.#alike(client);
    const connected = alike.find((scraper) => scraper.connection === connection);
    if (connected !== undefined) return connected;
    const closed = alike.filter((scraper) => scraper.connection === undefined);
    for (const scraper of closed) if (isTwo(scraper, arrivedMs)) this.#split(scraper);
    const errorMs = (scraper: Scraper): number => Math.abs(arrivedMs - scraper.lastMs - this.#intervalMs(scraper));
    const possible = this.#alike(client).filter(
      (scraper) => scraper.connection === undefined && mayBeNext(scraper, arrivedMs),
    );
    return possible.toSorted((a, b) => errorMs(a) - errorMs(b))[0];
  }

  /** What was taken for two scrapes of one scraper were the first ones of two. */
  #split(scraper: Scraper): void {
    this.#add({ ...scraper, lastMs: scraper.firstMs, collectedMs: scraper.firstMs, gapsMs: [] });
    scraper.gapsMs = [];
  }

  #alike(client: ScrapeClient): readonly Scraper[] {
    return this.#seen.filter((scraper) => keyOf(scraper.client) === keyOf(client));
  }

  /**
   * How often it scrapes: its longest gap; of one that came once, the interval of others like it, but not less than its timeout. One
   * that came once and keeps its connection open is still there, whatever the interval of the others.
   */
  #intervalMs({ client, connection, gapsMs }: Scraper): number {
    if (gapsMs.length > 0) return Math.max(...gapsMs);
    const known = this.#alike(client).flatMap((scraper) => scraper.gapsMs);
    const usualMs = known.length > 0 && connection === undefined ? 0 : USUAL_INTERVAL_MS;
    return Math.max(client.timeoutMs ?? 0, usualMs, ...known);
  }

  /** Whether one that has stopped coming is missed: Prometheus that came more than once, without a successor. */
  #hasLeft({ client, gapsMs, lastMs }: Scraper): boolean {
    if (client.timeoutMs === undefined || gapsMs.length === 0) return false;
    return !this.#alike(client).some(({ firstMs }) => firstMs > lastMs);
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

function keyOf({ address, userAgent, forwardedFor, timeoutMs }: ScrapeClient): string {
  return JSON.stringify([address, userAgent, forwardedFor, timeoutMs]);
}

/** One that came once without Prometheus' header may well be a person who had a look. */
function isScraper({ client, gapsMs }: Scraper): boolean {
  return client.timeoutMs !== undefined || gapsMs.length > 0;
}

/** Prometheus does not scrape again sooner than this. */
function shortestGapMs({ client: { timeoutMs }, gapsMs }: Scraper): number {
  if (timeoutMs !== undefined) return timeoutMs - Math.min(JITTER_MS, timeoutMs / 2);
  return gapsMs.length < 2 ? 0 : Math.min(...gapsMs) / 2;
}

/** Whether a scrape may be a scraper's next: not sooner than possible, unless that is how it has come so far. */
function mayBeNext(scraper: Scraper, arrivedMs: number): boolean {
  const gapMs = arrivedMs - scraper.lastMs;
  return gapMs >= shortestGapMs(scraper) || scraper.gapsMs.length === 0 || isRegular(scraper, gapMs);
}

/** Whether a scraper came twice, sooner than Prometheus would, and does not go on like that. */
function isTwo(scraper: Scraper, arrivedMs: number): boolean {
  const [gapMs = 0] = scraper.gapsMs;
  const isSoon = scraper.gapsMs.length === 1 && gapMs < shortestGapMs(scraper);
  return isSoon && !isRegular(scraper, arrivedMs - scraper.lastMs);
}

function isRegular({ gapsMs }: Scraper, gapMs: number): boolean {
  const longestMs = Math.max(...gapsMs);
  return Math.abs(gapMs - longestMs) <= REGULAR_WITHIN * longestMs;
}
