import { describe, expect, it } from 'vitest';
import { type ScrapeClient, Scrapers } from '../../../../src/exporters/pull/scrapers.ts';
import { passSettled } from '../../../settle.ts';
import { VirtualClock } from '../../../virtual-clock.ts';

const prometheus: ScrapeClient = { address: '10.0.0.1', userAgent: 'Prometheus/2.42.0', timeoutMs: 10_000 };
const curl: ScrapeClient = { address: '127.0.0.1', userAgent: 'curl/8', timeoutMs: undefined };

function open() {
  const clock = new VirtualClock();
  clock.pass(1_000_000);
  const scrapers = new Scrapers(clock);
  return {
    clock,
    scrapers,
    scrape: (client: ScrapeClient): void => scrapers.scraped(client, clock.nowMs()),
    /** Lingers and says who was missed and for how long it took; `visits` come while it does. */
    linger: async (deadlineMs: number, visits: readonly (readonly [afterMs: number, client: ScrapeClient])[] = []) => {
      const startMs = clock.nowMs();
      scrapers.lingerAtMost(deadlineMs);
      let result: { missed: readonly ScrapeClient[]; tookMs: number } | undefined;
      void scrapers.linger().then((missed) => (result = { missed, tookMs: clock.nowMs() - startMs }));
      for (const [afterMs, client] of visits) {
        await passSettled(clock, startMs + afterMs - clock.nowMs(), 1000);
        scrapers.scraped(client, clock.nowMs());
      }
      await passSettled(clock, 200_000, 1000);
      return result;
    },
  };
}

describe('Scrapers', () => {
  it('waits for nobody when nobody came', async () => {
    const { linger } = open();
    expect(await linger(60_000)).toEqual({ missed: [], tookMs: 0 });
  });

  it('waits until a scraper has come once more', async () => {
    const { clock, scrape, linger } = open();
    for (let round = 0; round < 3; round++) {
      scrape(prometheus);
      clock.pass(5000);
    }
    expect(await linger(60_000, [[4000, prometheus]])).toEqual({ missed: [], tookMs: 4000 });
  });

  it('waits for at most twice its interval', async () => {
    const { clock, scrape, linger } = open();
    scrape(prometheus);
    clock.pass(5000);
    scrape(prometheus);
    expect(await linger(60_000)).toEqual({ missed: [prometheus], tookMs: 10_000 });
  });

  it('waits for no longer than its deadline', async () => {
    const { clock, scrape, linger } = open();
    scrape(prometheus);
    clock.pass(60_000);
    scrape(prometheus);
    expect(await linger(10_000)).toEqual({ missed: [prometheus], tookMs: 10_000 });
  });

  it('leaves sooner when it is told to meanwhile, and never later', async () => {
    const { clock, scrapers, scrape } = open();
    scrape(prometheus);
    scrapers.lingerAtMost(20_000);
    let missed: readonly ScrapeClient[] | undefined;
    void scrapers.linger().then((result) => (missed = result));
    await passSettled(clock, 1000);
    scrapers.lingerAtMost(2000);
    scrapers.lingerAtMost(60_000);
    await passSettled(clock, 1900);
    expect(missed).toBeUndefined();
    await passSettled(clock, 100);
    expect(missed).toEqual([prometheus]);
  });

  it('waits for every scraper, for each as long as its own interval says', async () => {
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

  it('takes a scraper that came once for one of the usual 15 s', async () => {
    const { scrape, linger } = open();
    scrape(prometheus);
    expect(await linger(300_000)).toEqual({ missed: [prometheus], tookMs: 30_000 });
  });

  it('takes the timeout of a scraper that came once into account', async () => {
    const { scrape, linger } = open();
    scrape({ ...prometheus, timeoutMs: 40_000 });
    expect(await linger(300_000)).toMatchObject({ tookMs: 80_000 });
  });

  it('does not wait for a person who had a look', async () => {
    const { scrape, linger } = open();
    scrape(curl);
    expect(await linger(60_000)).toEqual({ missed: [], tookMs: 0 });
  });

  it('waits for a scraper without the header once it has come twice', async () => {
    const { clock, scrape, linger } = open();
    scrape(curl);
    clock.pass(3000);
    scrape(curl);
    expect(await linger(60_000)).toEqual({ missed: [curl], tookMs: 6000 });
  });

  it('does not wait for a scraper that had left long before', async () => {
    const { clock, scrape, linger } = open();
    scrape(prometheus);
    clock.pass(5000);
    scrape(prometheus);
    clock.pass(10_001);
    expect(await linger(60_000)).toEqual({ missed: [], tookMs: 0 });
  });

  it('does not take two scrapers that look alike for a quick one', async () => {
    const { clock, scrape, linger } = open();
    for (const gapMs of [1000, 14_000, 1000, 14_000, 1000]) {
      scrape(prometheus);
      clock.pass(gapMs);
    }
    scrape(prometheus);
    expect(await linger(300_000)).toMatchObject({ tookMs: 28_000 });
  });

  it('does not count a scrape that began before the end', async () => {
    const { clock, scrapers, scrape } = open();
    scrape(prometheus);
    clock.pass(5000);
    scrape(prometheus);
    const slowStartMs = clock.nowMs() - 1;
    let missed: readonly ScrapeClient[] | undefined;
    void scrapers.linger().then((result) => (missed = result));
    clock.pass(100);
    scrapers.scraped(prometheus, slowStartMs);
    await passSettled(clock, 1000);
    expect(missed).toBeUndefined();
    clock.pass(100);
    scrape(prometheus);
    await passSettled(clock, 0);
    expect(missed).toEqual([]);
  });
});
