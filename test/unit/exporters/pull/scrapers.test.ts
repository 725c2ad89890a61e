import { describe, expect, it } from 'vitest';
import {
  type MissedScraper,
  type ScrapeClient,
  type ScrapeConnection,
  Scrapers,
} from '../../../../src/exporters/pull/scrapers.ts';
import { passSettled } from '../../../settle.ts';
import { VirtualClock } from '../../../virtual-clock.ts';

const prometheus: ScrapeClient = {
  address: '10.0.0.1',
  userAgent: 'Prometheus/2.42.0',
  forwardedFor: '',
  timeoutMs: 10_000,
};
const curl: ScrapeClient = { address: '127.0.0.1', userAgent: 'curl/8', forwardedFor: '', timeoutMs: undefined };
/** A connection for one scrape. */
const closed = (): ScrapeConnection => ({ destroyed: true });
const keptAlive = (): ScrapeConnection => ({ destroyed: false });

function open() {
  const clock = new VirtualClock();
  clock.pass(1_000_000);
  const scrapers = new Scrapers(clock);
  const scrape = (client: ScrapeClient, connection = closed()): void => {
    const nowMs = clock.nowMs();
    scrapers.scraped({ client, connection, arrivedMs: nowMs, collectedMs: nowMs });
  };
  return {
    clock,
    scrapers,
    scrape,
    /** Lingers and returns the missing scrapers and its duration; `visits` happen meanwhile. */
    linger: async (
      deadlineMs: number,
      visits: readonly (readonly [afterMs: number, client: ScrapeClient, connection?: ScrapeConnection])[] = [],
    ) => {
      const startMs = clock.nowMs();
      scrapers.lingerAtMost(deadlineMs);
      let result: { missed: readonly ScrapeClient[]; tookMs: number } | undefined;
      void scrapers
        .waitForLastScrapes()
        .then((missed) => (result = { missed: missed.map(clientOf), tookMs: clock.nowMs() - startMs }));
      for (const [afterMs, client, connection] of visits) {
        await passSettled(clock, startMs + afterMs - clock.nowMs(), 1000);
        scrape(client, connection);
      }
      await passSettled(clock, 200_000, 1000);
      return result;
    },
  };
}

const clientOf = ({ client }: MissedScraper): ScrapeClient => client;

describe('Scrapers', () => {
  it('does not wait without scrapers', async () => {
    const { linger } = open();
    expect(await linger(60_000)).toEqual({ missed: [], tookMs: 0 });
  });

  it('waits until a scraper has scraped once more', async () => {
    const { clock, scrape, linger } = open();
    for (let round = 0; round < 3; round++) {
      scrape(prometheus);
      clock.pass(15_000);
    }
    expect(await linger(60_000, [[4000, prometheus]])).toEqual({ missed: [], tookMs: 4000 });
  });

  it('waits for a scraper with a kept connection, although similar ones scrape more often', async () => {
    const { clock, scrape, linger } = open();
    const seldom = keptAlive();
    scrape(prometheus, seldom);
    const often = keptAlive();
    for (let round = 0; round < 5; round++) {
      clock.pass(1000);
      scrape(prometheus, often);
    }
    const visits = [
      [500, prometheus, often],
      [2000, prometheus, seldom],
    ] as const;
    expect(await linger(60_000, visits)).toEqual({ missed: [], tookMs: 2000 });
  });

  it('waits for at most twice its interval', async () => {
    const { clock, scrape, linger } = open();
    scrape(prometheus);
    clock.pass(15_000);
    scrape(prometheus);
    expect(await linger(60_000)).toEqual({ missed: [prometheus], tookMs: 30_000 });
  });

  it('waits for no longer than its deadline', async () => {
    const { clock, scrape, linger } = open();
    scrape(prometheus);
    clock.pass(60_000);
    scrape(prometheus);
    expect(await linger(10_000)).toEqual({ missed: [prometheus], tookMs: 10_000 });
  });

  it('stops waiting early on request, and never later', async () => {
    const { clock, scrapers, scrape } = open();
    scrape(prometheus);
    clock.pass(10_000);
    scrapers.lingerAtMost(20_000);
    let missed: readonly ScrapeClient[] | undefined;
    void scrapers.waitForLastScrapes().then((result) => (missed = result.map(clientOf)));
    await passSettled(clock, 1000);
    scrapers.lingerAtMost(2000);
    scrapers.lingerAtMost(60_000);
    await passSettled(clock, 1900);
    expect(missed).toBeUndefined();
    await passSettled(clock, 100);
    expect(missed).toEqual([prometheus]);
  });

  it('waits for every scraper, according to its own interval', async () => {
    const { clock, scrape, linger } = open();
    const other = { ...prometheus, address: '10.0.0.2' };
    scrape(other);
    clock.pass(20_000);
    scrape(prometheus);
    clock.pass(10_000);
    scrape(prometheus);
    scrape(other);
    // The first is missed after 20 s, which the second's visit at 30 s does not change.
    expect(await linger(300_000, [[30_000, other]])).toEqual({ missed: [prometheus], tookMs: 30_000 });
  });

  it('assumes 15 s for a scraper with one scrape', async () => {
    const { scrape, linger } = open();
    scrape(prometheus);
    expect(await linger(300_000)).toEqual({ missed: [prometheus], tookMs: 30_000 });
  });

  it('considers the timeout of a scraper with one scrape', async () => {
    const { scrape, linger } = open();
    scrape({ ...prometheus, timeoutMs: 40_000 });
    expect(await linger(300_000)).toMatchObject({ tookMs: 80_000 });
  });

  it('does not wait for a browser', async () => {
    const { scrape, linger } = open();
    scrape(curl);
    expect(await linger(60_000)).toEqual({ missed: [], tookMs: 0 });
  });

  it('waits for a scraper without the header after two scrapes', async () => {
    const { clock, scrape, linger } = open();
    scrape(curl);
    clock.pass(3000);
    scrape(curl);
    expect(await linger(60_000)).toEqual({ missed: [curl], tookMs: 6000 });
  });

  it('does not wait for a scraper that left long ago, and reports a missing Prometheus', async () => {
    for (const client of [prometheus, curl]) {
      const { clock, scrape, linger } = open();
      scrape(client);
      clock.pass(15_000);
      scrape(client);
      clock.pass(30_001);
      expect(await linger(60_000)).toEqual({ missed: client === curl ? [] : [prometheus], tookMs: 0 });
    }
  });

  it('does not report a Prometheus that was replaced by another', async () => {
    const { clock, scrape, linger } = open();
    for (const connection of [keptAlive(), keptAlive()]) {
      scrape(prometheus, connection);
      clock.pass(15_000);
      scrape(prometheus, connection);
      clock.pass(15_000);
    }
    clock.pass(1000);
    expect(await linger(60_000, [[2000, prometheus]])).toMatchObject({ tookMs: 30_000 });
  });

  it('distinguishes equal scrapers by their connections', async () => {
    const { clock, scrape, linger } = open();
    const [first, second] = [keptAlive(), keptAlive()];
    for (let round = 0; round < 3; round++) {
      scrape(prometheus, first);
      clock.pass(12_000);
      scrape(prometheus, second);
      clock.pass(3000);
    }
    const once = await linger(300_000, [
      [1000, prometheus, first],
      [16_000, prometheus, first],
    ]);
    expect(once).toEqual({ missed: [prometheus], tookMs: 30_000 });
  });

  it.each([
    ['1 s of 15', 1000],
    ['9 s of 15', 9000],
    ['12 s of 15', 12_000],
  ])('distinguishes scrapers that change their connections by their times: %s', async (_, offsetMs) => {
    for (const comes of [1, 2]) {
      const { clock, scrape, linger } = open();
      for (let round = 0; round < 4; round++) {
        scrape(prometheus);
        clock.pass(offsetMs);
        scrape(prometheus);
        clock.pass(15_000 - offsetMs);
      }
      const visits = [[100, prometheus] as const, [100 + offsetMs, prometheus] as const].slice(0, comes);
      const result = await linger(300_000, visits);
      if (comes === 2) expect(result).toEqual({ missed: [], tookMs: 100 + offsetMs });
      else expect(result).toMatchObject({ missed: [prometheus] });
    }
  });

  it('recognizes a scraper that reconnects, slightly late or early', async () => {
    const { clock, scrapers, scrape, linger } = open();
    const fast = { ...prometheus, timeoutMs: 1000 };
    scrape(fast);
    for (const gapMs of [1000, 1400, 600, 1000, 1300, 700]) {
      clock.pass(gapMs);
      const connection = keptAlive();
      scrape(fast, connection);
      scrapers.disconnected(connection);
    }
    clock.pass(900);
    expect(await linger(300_000, [[100, fast]])).toMatchObject({ missed: [] });
  });

  it('distinguishes scrapers behind a proxy by the forwarded address', async () => {
    const { clock, scrape, linger } = open();
    const one = { ...curl, forwardedFor: '10.1.1.1' };
    const other = { ...curl, forwardedFor: '10.1.1.2' };
    for (let round = 0; round < 3; round++) {
      scrape(one);
      scrape(other);
      clock.pass(5000);
    }
    expect(await linger(60_000, [[1000, one]])).toMatchObject({ missed: [other] });
  });

  it('does not count a scrape that started before the end', async () => {
    const { clock, scrapers, scrape } = open();
    const connection = keptAlive();
    scrape(prometheus, connection);
    clock.pass(5000);
    scrape(prometheus, connection);
    const arrivedMs = clock.nowMs() - 1;
    let missed: readonly ScrapeClient[] | undefined;
    void scrapers.waitForLastScrapes().then((result) => (missed = result.map(clientOf)));
    clock.pass(100);
    scrapers.scraped({ client: prometheus, connection, arrivedMs, collectedMs: arrivedMs });
    await passSettled(clock, 1000);
    expect(missed).toBeUndefined();
    clock.pass(100);
    scrape(prometheus, connection);
    await passSettled(clock, 0);
    expect(missed).toEqual([]);
  });
});
