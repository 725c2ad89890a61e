import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import { limitConnections } from '../../core/limit-connections.ts';
import { closeServer, listen } from '../../core/listen.ts';
import { loopbackNote } from '../../core/loopback.ts';
import { countSamples } from '../../metrics/count-samples.ts';
import type { Delivery, Exporter, ExporterContext } from '../exporter.ts';
import { createAnswerScrape } from './answer-scrape.ts';
import { createMetricsHandler } from './metrics-handler.ts';
import { describeMissed } from './scrape-client.ts';
import { Scrapers } from './scrapers.ts';
import { SharedScrapes } from './shared-scrapes.ts';

/** Where to serve. */
export interface PullOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** Scrapers' own intervals bound how long the last scrapes are waited for, and this: twice Prometheus' default of a minute. */
const STOP_WITHIN_MS = 120_000;
/** A connection is kept for longer than the usual scrape intervals; a request has this long to arrive. */
const LIMITS = {
  keepAliveTimeout: STOP_WITHIN_MS + 5_000,
  requestTimeout: 10_000,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
};
/** Each may cost a whole answer, so there are no more than scrapers need. */
const MAX_CONNECTIONS = 32;

/** Serves `GET /metrics`. Scrapes get what is recorded at that moment; those of one moment share it. */
export function createPullExporter({ host, port }: PullOptions, context: ExporterContext): Exporter {
  const { clock } = context;
  const scrapers = new Scrapers(clock);
  const scrapes = new SharedScrapes(context);
  let deliveredSamples = 0;
  let openPort: number | undefined;

  const answerScrape = createAnswerScrape(scrapes, context, (scrape, samples) => {
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
    const missed = openPort === undefined ? [] : await scrapers.linger();
    await closeServer(server, clock);
    return {
      target: formatWhere(host, openPort ?? port),
      deliveredSamples,
      // Samples of the last exposition, once for each scraper that did not come for them.
      undeliveredSamples: missed.length === 0 ? 0 : missed.length * countSamples(await context.collect()),
      lastError: missed.length === 0 ? undefined : `${describeMissed(missed)} did not come for the last values in time`,
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
        hint: 'another agent may hold it, or Prometheus itself, whose own port is 9090: choose another one with --metrics_export_port (0: any free one)',
      });
      // A connection that cannot be accepted is no reason for a run to end.
      server.on('error', (error) => context.warn(`metrics server: ${messageOf(error)}`));
    },

    /** A scrape comes when it comes. */
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
