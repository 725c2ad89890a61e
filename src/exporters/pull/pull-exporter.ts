import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf } from '../../shared/errors.ts';
import { limitConnections, closeServer, listen } from '../../shared/network/listen.ts';
import { loopbackNote } from '../../shared/network/loopback.ts';
import { countSamples } from '../../metrics/family.ts';
import type { Delivery, Exporter, ExporterContext } from '../exporter.ts';
import { createHandleScrape, createMetricsHandler } from './handle-scrape.ts';
import { describeMissed, Scrapers } from './scrapers.ts';
import { SharedScrapes } from './shared-scrapes.ts';

/** Listening address. */
export interface PullOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/**
 * Upper bound on the wait for the last scrapes, besides the scrapers' intervals: twice Prometheus' default interval of
 * a minute.
 */
const STOP_WITHIN_MS = 120_000;
/** Keep-alive longer than the usual scrape intervals, and a timeout for receiving a request. */
const LIMITS = {
  keepAliveTimeout: STOP_WITHIN_MS + 5_000,
  requestTimeout: 10_000,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
};
/** Maximum number of connections; each may buffer a whole response. */
const MAX_CONNECTIONS = 32;

/** Serves `GET /metrics`. A scrape returns the metrics of that moment; concurrent scrapes share one collection. */
export function createPullExporter({ host, port }: PullOptions, context: ExporterContext): Exporter {
  const { clock } = context;
  const scrapers = new Scrapers(clock);
  const scrapes = new SharedScrapes(context);
  let deliveredSamples = 0;
  let openPort: number | undefined;

  const answerScrape = createHandleScrape(scrapes, context, (scrape, samples) => {
    deliveredSamples += samples;
    scrapers.scraped(scrape);
  });
  const server = createServer(
    LIMITS,
    createMetricsHandler(answerScrape, (message) => context.warn(message)),
  );
  limitConnections(server, MAX_CONNECTIONS, clock);
  server.on('connection', (socket: Socket) => socket.once('close', () => scrapers.disconnected(socket)));

  const close = async (): Promise<Delivery> => {
    scrapes.forget();
    const missed = openPort === undefined ? [] : await scrapers.waitForLastScrapes();
    await closeServer(server, clock);
    return {
      target: formatWhere(host, openPort ?? port),
      deliveredSamples,
      // Samples of the final exposition, once per scraper that missed it.
      undeliveredSamples: missed.length === 0 ? 0 : missed.length * countSamples(await context.collect()),
      lastError: missed.length === 0 ? undefined : `${describeMissed(missed)} did not scrape the last values in time`,
    };
  };
  let stopped: Promise<Delivery> | undefined;

  return {
    get where() {
      return formatWhere(host, openPort ?? port);
    },

    reach: loopbackNote(host, '--metrics_export_host 0.0.0.0 opens it'),

    async start() {
      openPort = await listen(server, {
        host,
        port,
        consequence: 'the metrics cannot be served there',
        hint: 'another agent or Prometheus itself (default port 9090) may use it: choose another port with --metrics_export_port (0: any free port)',
      });
      // An accept error must not end the run.
      server.on('error', (error) => context.warn(`metrics server: ${messageOf(error)}`));
    },

    /** The scrapers determine the scrape times. */
    async announce() {},

    async stop(deadlineMs = STOP_WITHIN_MS) {
      scrapers.lingerAtMost(deadlineMs);
      return (stopped ??= close());
    },
  };
}

function formatWhere(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`;
}
