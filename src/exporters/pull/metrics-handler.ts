import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { messageOf } from '../../shared/errors.ts';

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
