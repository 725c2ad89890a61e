import type { Clock } from '../../shared/clock.ts';
import type { IncomingMessage } from 'node:http';
import { formatMs } from '../../shared/units.ts';

/** A scraping client, as identified by its requests. */
export interface ScrapeClient {
  readonly address: string;
  readonly userAgent: string;
  /** `X-Forwarded-For` or `Forwarded` header of a proxy; empty: none. */
  readonly forwardedFor: string;
  /** `X-Prometheus-Scrape-Timeout-Seconds`, in milliseconds; `undefined` without this header. */
  readonly timeoutMs: number | undefined;
}

/** Connection of a scrape; compared by identity. */
export interface ScrapeConnection {
  readonly destroyed: boolean;
}

/** A complete scrape. */
export interface Scrape {
  readonly client: ScrapeClient;
  readonly connection: ScrapeConnection;
  readonly arrivedMs: number;
  /** Collection time of the metrics in the response. */
  readonly collectedMs: number;
}

/** A scraper that missed the last values. */
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
  /** Latest gaps between its scrapes. */
  gapsMs: readonly number[];
}

/**
 * Default interval of a scraper after a single scrape, from Prometheus' sample configuration. Used when no similar
 * scraper shows another interval.
 */
const USUAL_INTERVAL_MS = 15_000;
/** Number of remembered gaps; the longest counts as the interval. */
const GAPS = 4;
/** Maximum number of remembered scrapers, the most recent ones. */
const MAX_SCRAPERS = 100;
/** Tolerance for scrapes of one scraper closer together than its timeout: this, or half of the timeout. */
const JITTER_MS = 1_000;
/** Relative tolerance of regular scrape intervals. */
const REGULAR_WITHIN = 0.25;

/**
 * Tracks scrapers and their intervals, to know which ones to wait for after a run. Similar scrapers are distinguished
 * by their connections or, without keep-alive, by their times: Prometheus' interval is never shorter than its timeout,
 * which it sends.
 */
export class Scrapers {
  readonly #clock: Clock;
  #seen: Scraper[] = [];
  /** Deadline of the linger phase. */
  #latestMs = Infinity;
  #notify = (): void => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records a complete scrape. */
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
    if (connection.destroyed) this.disconnected(connection); // `close` may have been emitted before
    this.#notify();
  }

  /** Records a closed connection. */
  disconnected(connection: ScrapeConnection): void {
    for (const scraper of this.#seen) if (scraper.connection === connection) scraper.connection = undefined;
  }

  /**
   * Waits until each known scraper has received metrics collected from now on, for at most twice its interval. Returns
   * the scrapers that did not, and those that had stopped before. Called once.
   */
  async waitForLastScrapes(): Promise<readonly MissedScraper[]> {
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

  /** Limits the linger phase to `deadlineMs` from now, before or during it. A further call can only shorten it. */
  lingerAtMost(deadlineMs: number): void {
    this.#latestMs = Math.min(this.#latestMs, this.#clock.nowMs() + deadlineMs);
    this.#notify();
  }

  #add({ client, connection, firstMs, lastMs, collectedMs, gapsMs }: Scraper): void {
    const kept = this.#seen.toSorted((a, b) => a.lastMs - b.lastMs).slice(1 - MAX_SCRAPERS);
    this.#seen = [...kept, { client, connection, firstMs, lastMs, collectedMs, gapsMs }];
  }

  /** Finds the scraper of a scrape; `undefined`: a new one. */
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

  /** Splits a scraper whose two scrapes came from two scrapers. */
  #split(scraper: Scraper): void {
    this.#add({ ...scraper, lastMs: scraper.firstMs, collectedMs: scraper.firstMs, gapsMs: [] });
    scraper.gapsMs = [];
  }

  #alike(client: ScrapeClient): readonly Scraper[] {
    return this.#seen.filter((scraper) => keyOf(scraper.client) === keyOf(client));
  }

  /**
   * Interval of a scraper: its longest gap. After a single scrape: the interval of similar scrapers, but at least its
   * timeout. One with an open connection counts as active regardless of the others' interval.
   */
  #intervalMs({ client, connection, gapsMs }: Scraper): number {
    if (gapsMs.length > 0) return Math.max(...gapsMs);
    const known = this.#alike(client).flatMap((scraper) => scraper.gapsMs);
    const usualMs = known.length > 0 && connection === undefined ? 0 : USUAL_INTERVAL_MS;
    return Math.max(client.timeoutMs ?? 0, usualMs, ...known);
  }

  /** Whether a scraper that has stopped counts as missed: a Prometheus with more than one scrape and no successor. */
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

/** A single scrape without Prometheus' header may come from a person. */
function isScraper({ client, gapsMs }: Scraper): boolean {
  return client.timeoutMs !== undefined || gapsMs.length > 0;
}

/** Minimum gap between two scrapes of one Prometheus. */
function shortestGapMs({ client: { timeoutMs }, gapsMs }: Scraper): number {
  if (timeoutMs !== undefined) return timeoutMs - Math.min(JITTER_MS, timeoutMs / 2);
  return gapsMs.length < 2 ? 0 : Math.min(...gapsMs) / 2;
}

/** Whether a scrape may be a scraper's next one: not earlier than possible, unless earlier scrapes were as frequent. */
function mayBeNext(scraper: Scraper, arrivedMs: number): boolean {
  const gapMs = arrivedMs - scraper.lastMs;
  return gapMs >= shortestGapMs(scraper) || scraper.gapsMs.length === 0 || isRegular(scraper, gapMs);
}

/** Whether two scrapes came from two scrapers: closer together than Prometheus' minimum, and not repeated. */
function isTwo(scraper: Scraper, arrivedMs: number): boolean {
  const [gapMs = 0] = scraper.gapsMs;
  const isSoon = scraper.gapsMs.length === 1 && gapMs < shortestGapMs(scraper);
  return isSoon && !isRegular(scraper, arrivedMs - scraper.lastMs);
}

function isRegular({ gapsMs }: Scraper, gapMs: number): boolean {
  const longestMs = Math.max(...gapsMs);
  return Math.abs(gapMs - longestMs) <= REGULAR_WITHIN * longestMs;
}

export function clientOf({ headers, socket }: IncomingMessage): ScrapeClient {
  const timeoutSeconds = Number(headers['x-prometheus-scrape-timeout-seconds']);
  const forwardedFor = headers['x-forwarded-for'] ?? headers.forwarded ?? '';
  return {
    address: socket.remoteAddress ?? '',
    userAgent: headers['user-agent'] ?? '',
    forwardedFor: String(forwardedFor),
    timeoutMs: timeoutSeconds > 0 && Number.isFinite(timeoutSeconds) ? timeoutSeconds * 1000 : undefined,
  };
}

export function clientName({ address, userAgent }: ScrapeClient): string {
  return `${userAgent || 'a scraper'} at ${address}`;
}

/** Human-readable list of scrapers that missed the last values. */
export function describeMissed(missed: readonly MissedScraper[]): string {
  return missed
    .map(({ client, awayMs }) => `${clientName(client)} (last scrape ${formatMs(awayMs)} before the end)`)
    .join(', ');
}
