import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { messageOf } from '../../core/errors.ts';

/** Answers one scrape, whatever becomes of it. */
export type AnswerScrape = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const INDEX = 'loadbot-agent: the metrics are at /metrics\n';
const PLAIN = 'text/plain; charset=utf-8';

/** Answers `GET /metrics` and little else. */
export function createMetricsHandler(answerScrape: AnswerScrape, warn: (message: string) => void): RequestListener {
  return (request, response) => {
    answer(answerScrape, request, response).catch((error: unknown) => {
      warn(`a scrape could not be answered: ${messageOf(error)}`);
      if (response.headersSent) response.destroy();
      else reply(response, 500, `metrics could not be collected: ${messageOf(error)}\n`);
    });
  };
}

async function answer(answerScrape: AnswerScrape, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?', 1)[0];
  if (path !== '/' && path !== '/metrics') {
    reply(response, 404, 'not found; the metrics are at /metrics\n');
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    reply(response, 405, 'only GET and HEAD\n');
  } else if (path === '/') {
    reply(response, 200, INDEX);
  } else {
    await answerScrape(request, response);
  }
}

function reply(response: ServerResponse, status: number, text: string): void {
  // A request that is refused may bring a body that nobody reads: the connection ends with the answer.
  if (status >= 400) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': PLAIN, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
