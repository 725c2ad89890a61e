import type { Socket } from 'node:net';
import { BodySender } from '../../shared/network/body-sender.ts';
import { formatMs } from '../../shared/units.ts';
import type { ExporterContext } from '../exporter.ts';
import { acceptsGzip } from './accepts-gzip.ts';
import { chooseFormat } from './choose-format.ts';
import type { HandleScrape } from './metrics-handler.ts';
import { clientName, clientOf } from './scrape-client.ts';
import type { Scrape } from './scrapers.ts';
import type { SharedScrapes } from './shared-scrapes.ts';

/**
 * Maximum size of responses that slow clients have not read yet. Responses are shared, so this covers several moments.
 */
const MAX_HELD_BYTES = 16 * 1024 * 1024;
/** Bounds of the time for reading a response: Prometheus' scrape timeout, which it sends, within these bounds. */
const READ_WITHIN_MS = 10_000;
const READ_AT_LEAST_MS = 1_000;
const READ_AT_MOST_MS = 30_000;

/**
 * Creates the handler of scrapes. Pipelined requests on one connection are answered one at a time.
 * @param onServed called after each complete scrape, with its number of samples
 */
export function createHandleScrape(
  scrapes: SharedScrapes,
  { clock, debug }: Pick<ExporterContext, 'clock' | 'debug'>,
  onServed: (scrape: Scrape, samples: number) => void,
): HandleScrape {
  const sender = new BodySender(clock, MAX_HELD_BYTES);
  const answer: HandleScrape = async (request, response) => {
    const arrivedMs = clock.nowMs();
    const { socket: connection, method } = request;
    const client = clientOf(request);
    const gzipped = acceptsGzip(request.headers['accept-encoding']);
    const { body, contentType, samples, collectedMs } = await scrapes.render(
      chooseFormat(request.headers.accept),
      gzipped,
    );
    response.writeHead(200, {
      'content-type': contentType,
      vary: 'accept, accept-encoding',
      ...(gzipped && { 'content-encoding': 'gzip' }),
      'content-length': body.bytes,
    });
    const isSent = await sender.send(response, body, readWithinMs(client.timeoutMs));
    if (!isSent || method !== 'GET') return;
    onServed({ client, connection, arrivedMs, collectedMs }, samples);
    const took = formatMs(clock.nowMs() - arrivedMs);
    debug?.(`scrape by ${clientName(client)}: ${samples} samples, ${contentType}, ${took}`);
  };
  const newest = new WeakMap<Socket, Promise<void>>();
  return (request, response) => {
    const { socket } = request;
    const before = newest.get(socket) ?? Promise.resolve();
    const answered = before.then(() => (socket.destroyed ? undefined : answer(request, response)));
    newest.set(socket, answered);
    return answered;
  };
}

function readWithinMs(timeoutMs = READ_WITHIN_MS): number {
  return Math.min(Math.max(timeoutMs, READ_AT_LEAST_MS), READ_AT_MOST_MS);
}
