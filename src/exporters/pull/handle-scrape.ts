import type { Socket } from 'node:net';
import { BodySender } from '../../shared/network/body-sender.ts';
import { formatMs } from '../../shared/units.ts';
import type { ExporterContext } from '../exporter.ts';
import { chooseFormat, type SharedScrapes } from './shared-scrapes.ts';
import { clientName, clientOf, type Scrape } from './scrapers.ts';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { messageOf } from '../../shared/errors.ts';

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

/** Whether an `Accept-Encoding` header accepts gzip, by name or by `*`, with a weight above 0 (RFC 9110, 12.5.3). */
export function acceptsGzip(header: string | undefined): boolean {
  const weights = new Map(
    (header ?? '').split(',').map((item) => {
      const [coding = '', ...parameters] = item.toLowerCase().split(';');
      const weight = parameters.map((text) => /^\s*q\s*=\s*([\d.]+)\s*$/.exec(text)?.[1]).find(Boolean);
      return [coding.trim(), Number(weight ?? 1)];
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

/** Responds to one scrape. */
export type HandleScrape = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const INDEX = 'loadbot-agent: the metrics are at /metrics\n';
const PLAIN = 'text/plain; charset=utf-8';

/** Handles `GET /metrics` and rejects other requests. */
export function createMetricsHandler(answerScrape: HandleScrape, warn: (message: string) => void): RequestListener {
  return (request, response) => {
    answer(answerScrape, request, response).catch((error: unknown) => {
      warn(`cannot respond to a scrape: ${messageOf(error)}`);
      if (response.headersSent) response.destroy();
      else reply(response, 500, `cannot collect metrics: ${messageOf(error)}\n`);
    });
  };
}

async function answer(answerScrape: HandleScrape, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?', 1)[0];
  if (path !== '/' && path !== '/metrics') {
    reply(response, 404, 'not found; the metrics are at /metrics\n');
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    reply(response, 405, 'only GET and HEAD are allowed\n');
  } else if (path === '/') {
    reply(response, 200, INDEX);
  } else {
    await answerScrape(request, response);
  }
}

function reply(response: ServerResponse, status: number, text: string): void {
  // A rejected request may have an unread body, so the connection closes after the response.
  if (status >= 400) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': PLAIN, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
