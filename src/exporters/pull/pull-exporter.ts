import { createServer, type IncomingMessage } from 'node:http';
import { messageOf } from '../../core/errors.ts';
import { closeServer, listen } from '../../core/listen.ts';
import { formatMs } from '../../core/units.ts';
import { countSamples } from '../../metrics/count-samples.ts';
import type { Exposition } from '../../metrics/family.ts';
import { formatOpenMetrics, OPEN_METRICS_CONTENT_TYPE } from '../../metrics/open-metrics.ts';
import { formatText, LabelTexts, TEXT_CONTENT_TYPE } from '../../metrics/text.ts';
import type { Delivery, Exporter, ExporterContext } from '../exporter.ts';
import { chooseFormat } from './choose-format.ts';
import { createMetricsHandler } from './metrics-handler.ts';
import { type ScrapeClient, Scrapers } from './scrapers.ts';

/** Where to serve. */
export interface PullOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** Longer than the usual scrape intervals, so that a scraper keeps its connection. */
const KEEP_ALIVE_MS = 75_000;
/** Scrapers' own intervals bound how long the last scrapes are waited for, and this: twice Prometheus' default of a minute. */
const STOP_WITHIN_MS = 120_000;

/** Serves `GET /metrics`. Each scrape reads what is recorded at that moment. */
export function createPullExporter({ host, port }: PullOptions, context: ExporterContext): Exporter {
  const { clock } = context;
  const scrapers = new Scrapers(clock);
  const labelTexts = new LabelTexts();
  let deliveredSamples = 0;
  let openPort: number | undefined;

  const handler = createMetricsHandler(
    async (request) => {
      const startedMs = clock.nowMs();
      const client = identify(request);
      const exposition = await context.collect();
      const rendered = render(exposition, request.headers.accept, labelTexts);
      const served = (): void => {
        const samples = countSamples(exposition);
        deliveredSamples += samples;
        scrapers.scraped(client, startedMs);
        const tookMs = clock.nowMs() - startedMs;
        context.debug?.(
          `scrape by ${nameOf(client)}: ${samples} samples, ${rendered.contentType}, ${formatMs(tookMs)}`,
        );
      };
      return { ...rendered, served };
    },
    (message) => context.warn(message),
  );
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, handler);

  /** Samples of the last exposition, once for each scraper that did not come for them. */
  const countMissed = async (missed: readonly ScrapeClient[]): Promise<number> =>
    missed.length === 0 ? 0 : missed.length * countSamples(await context.collect());

  const close = async (): Promise<Delivery> => {
    const missed = openPort === undefined ? [] : await scrapers.linger();
    await closeServer(server, clock);
    const who = missed.map(nameOf).join(', ');
    return {
      target: formatWhere(host, openPort ?? port),
      deliveredSamples,
      undeliveredSamples: await countMissed(missed),
      lastError: missed.length === 0 ? undefined : `${who} did not come for the last values in time`,
    };
  };
  let stopped: Promise<Delivery> | undefined;

  return {
    get where() {
      return formatWhere(host, openPort ?? port);
    },

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

function render(
  exposition: Exposition,
  accept: string | undefined,
  labelTexts: LabelTexts,
): { readonly text: string; readonly contentType: string } {
  if (chooseFormat(accept) === 'openmetrics') {
    return { text: formatOpenMetrics(exposition, labelTexts), contentType: OPEN_METRICS_CONTENT_TYPE };
  }
  return { text: formatText(exposition, { timestamps: false, labelTexts }), contentType: TEXT_CONTENT_TYPE };
}

function nameOf({ address, userAgent }: ScrapeClient): string {
  return `${userAgent || 'a scraper'} at ${address}`;
}

function identify(request: IncomingMessage): ScrapeClient {
  const timeoutSeconds = Number(request.headers['x-prometheus-scrape-timeout-seconds']);
  return {
    address: request.socket.remoteAddress ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    timeoutMs: Number.isFinite(timeoutSeconds) ? timeoutSeconds * 1000 : undefined,
  };
}

function formatWhere(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`;
}
