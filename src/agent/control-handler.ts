import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { bodyOf, BodySender } from '../shared/network/body-sender.ts';
import type { Clock } from '../shared/clock.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { ControlAnswer, Method, ControlRoutes } from './control-routes.ts';
import { MAX_BODY_BYTES, RequestBodies } from './request-bodies.ts';

/** Time that a client has to read an answer; results have megabytes. */
const READ_WITHIN_MS = 10_000;
/** Limit on the memory of answers that slow clients have not read yet. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;

/** An answer with additional headers, such as `allow`. */
interface Reply extends ControlAnswer {
  readonly allow?: string;
}

/** Answers requests by the routes, as one line of JSON each, and refuses requests of web pages. */
export function createControlHandler(routes: ControlRoutes, clock: Clock): RequestListener {
  const bodies = new RequestBodies();
  const sender = new BodySender(clock, MAX_HELD_BYTES);
  return (request, response) => {
    reply(routes, request, bodies)
      .catch(refuseWith)
      .then((answer) => send(response, answer, sender))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
}

async function reply(routes: ControlRoutes, request: IncomingMessage, bodies: RequestBodies): Promise<Reply> {
  // First: closing a connection while its client still sends would cut off the answer, too.
  const body = await bodies.read(request);
  if ('fault' in body) {
    if (body.fault === 'busy') return refuse(503, 'too many large requests at a time: try again');
    return refuse(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
  }
  const { text } = body;
  const { host, 'content-type': contentType = '' } = request.headers;
  if (!isLoopbackHost(host)) return refuse(403, 'the Host header must be localhost, 127.0.0.1 or [::1]');
  const route = routes.get(request.url?.split('?', 1)[0] ?? '');
  if (route === undefined) return refuse(404, `not found; there are ${[...routes.keys()].join(', ')}`);
  const answer = Object.hasOwn(route, request.method ?? '') ? route[request.method as Method] : undefined;
  if (answer === undefined) {
    const methods = Object.keys(route);
    return { ...refuse(405, `only ${methods.join(' or ')}`), allow: methods.join(', ') };
  }
  // A page of another site may send a form or plain text without a preflight request. For JSON its browser sends one,
  // which is refused.
  if (request.method === 'POST' && !/^application\/json\s*(;|$)/i.test(contentType)) {
    return refuse(415, 'a POST needs the header content-type: application/json');
  }
  if (!isShallowJson(text)) return refuse(400, 'the body must be an object of a few texts');
  try {
    return await answer(text.trim() === '' ? undefined : (JSON.parse(text) as unknown));
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(400, 'the body is not JSON');
    throw error;
  }
}

function refuse(status: number, error: string): Reply {
  return { status, document: { error } };
}

/** Error answer: a client's error with its problems and hint, or an internal error. */
function refuseWith(error: unknown): Reply {
  if (!(error instanceof LoadbotError) || error.code === 'internal') {
    return refuse(500, `internal error: ${messageOf(error)}`);
  }
  const { message, hint, problems } = error;
  return { status: error.code === 'agent_busy' ? 409 : 400, document: { error: message, hint, problems } };
}

async function send(response: ServerResponse, { status, document, allow }: Reply, sender: BodySender): Promise<void> {
  const body = bodyOf(Buffer.from(`${JSON.stringify(document)}\n`));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.bytes,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Requests are seconds apart, and the end of a run does not wait for idle connections.
    connection: 'close',
    ...(allow !== undefined && { allow }),
  });
  await sender.send(response, body, READ_WITHIN_MS);
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether a Host header names this machine's loopback. A page in a browser can make its own name lead to 127.0.0.1 (DNS
 * rebinding) and would then pass for a local one, but the browser still sends that name.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && LOOPBACK.test(host);
}

/** Characters outside of quotes that a body of the control API may have. */
const MOST_OUTSIDE = 4096;

/**
 * Whether a JSON text consists of a few quoted texts, as every body of the control API does. Parsing 16 MiB of anything
 * else would block the main thread.
 */
function isShallowJson(json: string): boolean {
  let outside = 0;
  let at = 0;
  for (;;) {
    const opening = json.indexOf('"', at);
    outside += (opening === -1 ? json.length : opening) - at;
    if (outside > MOST_OUTSIDE) return false;
    if (opening === -1) return true;
    at = closingQuote(json, opening) + 1;
    if (at === 0) return true; // not JSON, which the parser finds out at once
    outside++;
  }
}

/** Where a quoted text ends; -1 when it does not. */
function closingQuote(json: string, opening: number): number {
  for (let end = json.indexOf('"', opening + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let before = end - 1;
    while (json[before] === '\\') before--;
    if ((end - before) % 2 === 1) return end;
  }
  return -1;
}
