import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { messageOf } from '../../core/errors.ts';
import { acceptsGzip } from './accepts-gzip.ts';

/** The metrics of a moment, in the format that a scrape asks for. */
interface RenderedScrape {
  readonly text: string;
  readonly contentType: string;
  /** To be called once the answer has left in full. */
  readonly served: () => void;
}

/** Renders the metrics of this moment for one scrape. */
export type RenderScrape = (request: IncomingMessage) => Promise<RenderedScrape>;

const INDEX = 'loadbot-agent: the metrics are at /metrics\n';
const PLAIN = 'text/plain; charset=utf-8';
const compress = promisify(gzip);

/** Answers `GET /metrics` and little else. */
export function createMetricsHandler(render: RenderScrape, warn: (message: string) => void): RequestListener {
  return (request, response) => {
    answer(render, request, response).catch((error: unknown) => {
      warn(`a scrape could not be answered: ${messageOf(error)}`);
      if (response.headersSent) response.destroy();
      else reply(response, 500, `metrics could not be collected: ${messageOf(error)}\n`);
    });
  };
}

async function answer(render: RenderScrape, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?', 1)[0];
  if (path !== '/' && path !== '/metrics') {
    reply(response, 404, 'not found; the metrics are at /metrics\n');
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    reply(response, 405, 'only GET and HEAD\n');
  } else if (path === '/') {
    reply(response, 200, INDEX);
  } else {
    await answerScrape(render, request, response);
  }
}

async function answerScrape(render: RenderScrape, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { text, contentType, served } = await render(request);
  const gzipped = acceptsGzip(request.headers['accept-encoding']);
  // Off the main thread, which has a run to report.
  const body = gzipped ? await compress(text) : Buffer.from(text);
  response.setHeader('content-type', contentType);
  response.setHeader('vary', 'accept, accept-encoding');
  if (gzipped) response.setHeader('content-encoding', 'gzip');
  response.setHeader('content-length', body.length);
  response.end(body); // which Node leaves out for HEAD
  const left = await finished(response).then(
    () => true,
    () => false, // the scraper hung up
  );
  if (left && request.method === 'GET') served();
}

function reply(response: ServerResponse, status: number, text: string): void {
  // A request that is refused may bring a body that nobody reads: the connection ends with the answer.
  if (status >= 400) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': PLAIN, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
