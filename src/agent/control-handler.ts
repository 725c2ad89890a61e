import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { messageOf } from '../core/errors.ts';
import type { Answer, Route } from './control-routes.ts';
import { isLoopbackHost } from './loopback-host.ts';

/** Nothing that can be asked for needs a body yet; what clients send all the same is small. */
const MAX_BODY_BYTES = 16_384;

/** An answer may tell what would have been right. */
interface Reply extends Answer {
  readonly allow?: string;
}

/** Answers by the routes, everything as one line of JSON, and keeps out what comes from web pages. */
export function createControlHandler(routes: ReadonlyMap<string, Route>): RequestListener {
  return (request, response) => {
    reply(routes, request)
      .then((answer) => send(response, answer))
      .catch((error: unknown) => send(response, refuse(500, `internal error: ${messageOf(error)}`)));
  };
}

async function reply(routes: ReadonlyMap<string, Route>, request: IncomingMessage): Promise<Reply> {
  // First of all: a connection that is closed while its client still sends is cut off, answer and all.
  if (!(await skipBody(request))) return refuse(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
  const { host, 'content-type': contentType = '' } = request.headers;
  if (!isLoopbackHost(host)) return refuse(403, 'the Host header must be localhost, 127.0.0.1 or [::1]');
  const route = routes.get(request.url?.split('?', 1)[0] ?? '');
  if (route === undefined) return refuse(404, `not found; there are ${[...routes.keys()].join(', ')}`);
  const { method } = route;
  if (request.method !== method) return { ...refuse(405, `only ${method}`), allow: method };
  // A page of another site may send a form or plain text without asking. For JSON its browser asks us first, in vain.
  if (method === 'POST' && !/^application\/json\s*(;|$)/i.test(contentType)) {
    return refuse(415, 'a POST needs the header content-type: application/json');
  }
  return route.answer();
}

function refuse(status: number, error: string): Reply {
  return { status, document: { error } };
}

/** Reads a request to its end and keeps nothing; false when it is too large or breaks off. */
function skipBody(request: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) resolve(false);
    });
    request.on('end', () => resolve(true));
    request.on('close', () => resolve(false));
  });
}

function send(response: ServerResponse, { status, document, allow }: Reply): void {
  const text = `${JSON.stringify(document)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Questions are seconds apart, and a run that ends waits for no idle connection.
    connection: 'close',
    ...(allow !== undefined && { allow }),
  });
  response.end(text);
}
