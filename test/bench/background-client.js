import { createServer } from 'node:http';
import { connect } from 'node:net';

const SERIES = 1000;
const SLOW_MS = 400;

/**
 * Servers beside a load: sources that are healthy, slow or hang, and a receiver that hangs or is down. They misbehave while
 * they are on, and respond immediately while they are off: in alternating turns of the same length, which start with `begin`.
 * @param {number} turnMs
 */
export async function startBackground(turnMs) {
  let beganMs = Infinity;
  let reads = 0;
  const isOn = () => Math.floor((performance.now() - beganMs) / turnMs) % 2 === 1;
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === '/is_on') response.end(`background_on ${Number(isOn())}\n`);
    else if (!isOn()) response.end('up 1\n');
    else if (request.url === '/healthy') response.end(page(reads++));
    else if (request.url === '/slow') setTimeout(() => response.end(page(reads++)), SLOW_MS);
    // Whatever else is asked for is never answered.
  });
  const mortal = createServer((request, response) => request.resume() && response.end());
  const [port, mortalPort] = [await listen(server), await listen(mortal)];
  const timer = setInterval(() => {
    if (isOn() === !mortal.listening) return;
    if (mortal.listening) {
      mortal.close();
      mortal.closeAllConnections();
    } else {
      mortal.listen(mortalPort, '127.0.0.1');
    }
  }, 20);
  return {
    url: `http://127.0.0.1:${port}`,
    /** Refuses connections while it is on. */
    mortalUrl: `http://127.0.0.1:${mortalPort}`,
    isOn,
    begin: () => void (beganMs = performance.now()),
    stop() {
      clearInterval(timer);
      for (const one of [server, mortal]) {
        one.closeAllConnections();
        one.close();
      }
    },
  };
}

/** @param {import('node:http').Server} server @returns {Promise<number>} its port */
function listen(server) {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

/** Series as an exporter has them, each with another value at each reading. @param {number} read */
function page(read) {
  let text = '# HELP disk_operations_total Operations.\n# TYPE disk_operations_total counter\n';
  for (let series = 0; series < SERIES; series++) {
    text += `disk_operations_total{device="sd${series % 26}",mode="${series % 7}",zone="zone-${series}"} ${series * 1000 + read}\n`;
  }
  return text;
}

/**
 * Scrapes an agent each second while it is on, until `stop`.
 * @param {number} port @param {() => boolean} isOn
 */
export function startScraper(port, isOn) {
  const found = { scrapes: 0, series: 0 };
  const scrape = async () => {
    try {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      found.series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
      found.scrapes++;
    } catch {
      // The agent is not there yet, or not any more.
    }
  };
  const timer = setInterval(() => void (isOn() && scrape()), 1000);
  return {
    describe: () => `scraped ${found.scrapes} times, ${found.series} series`,
    stop: () => clearInterval(timer),
  };
}

/**
 * Connects readers that ask for the metrics of an agent and never read the answers, while it is on; scrapes the agent beside
 * them each second.
 * @param {number} port @param {() => boolean} isOn @param {number} count
 */
export function startSlowReaders(port, isOn, count) {
  const found = { turns: 0, scrapesMs: /** @type {number[]} */ ([]) };
  /** @type {import('node:net').Socket[]} */
  let readers = [];
  const disconnect = () => {
    for (const reader of readers) reader.destroy();
    readers = [];
  };
  const timer = setInterval(() => {
    if (!isOn()) disconnect();
    else if (readers.length === 0) {
      found.turns++;
      readers = Array.from({ length: count }, () => {
        const reader = connect(port, '127.0.0.1').on('error', () => {});
        reader.pause().write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3));
        return reader;
      });
    }
  }, 50);
  const scrape = async () => {
    const startedMs = performance.now();
    try {
      await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      found.scrapesMs.push(performance.now() - startedMs);
    } catch {
      // The agent does not listen yet, or no longer.
    }
  };
  const scrapes = setInterval(() => void (isOn() && scrape()), 1000);
  return {
    describe: () => {
      const longest = Math.max(...found.scrapesMs).toFixed(0);
      return `${count} readers ${found.turns} times; ${found.scrapesMs.length} scrapes beside them, the longest ${longest} ms`;
    },
    stop: () => {
      clearInterval(timer);
      clearInterval(scrapes);
      disconnect();
    },
  };
}

/**
 * Reads the events of a run as its open live page does, from `count` pages, while it is on.
 * @param {number} port of the control API @param {() => boolean} isOn @param {number} count
 */
export function startPages(port, isOn, count) {
  const found = { turns: 0, bytes: 0 };
  /** @type {AbortController | undefined} */
  let pages;
  /** @param {AbortSignal} signal */
  const read = async (signal) => {
    try {
      const { body } = await fetch(`http://127.0.0.1:${port}/events`, { signal });
      for await (const chunk of body ?? []) found.bytes += chunk.length;
    } catch {
      // The pages are closed, or the agent does not listen.
    }
  };
  const close = () => {
    pages?.abort();
    pages = undefined;
  };
  const timer = setInterval(() => {
    if (!isOn()) return close();
    if (pages !== undefined) return;
    found.turns++;
    pages = new AbortController();
    for (let page = 0; page < count; page++) void read(pages.signal);
  }, 50);
  return {
    describe: () => `${count} pages open ${found.turns} times, ${(found.bytes / 2 ** 20).toFixed(1)} MiB of events`,
    stop: () => {
      clearInterval(timer);
      close();
    },
  };
}
