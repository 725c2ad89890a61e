import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { bodyOf, BodySender } from '../shared/network/body-sender.ts';
import type { Clock } from '../shared/clock.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { AccessRules } from './control/access.ts';
import { isShallowJson } from './control/shallow-json.ts';
import type { ControlAnswer, ControlRequest, ControlRoute, ControlRoutes, Method } from './control-routes.ts';
import { MAX_BODY_BYTES, RequestBodies } from './request-bodies.ts';

/** Time that a client has to read an answer; results have megabytes. */
const READ_WITHIN_MS = 10_000;
/** Limit on the memory of answers that slow clients have not read yet. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;

/** The bindings of Node's server, and the body as text. */
interface AppTypes {
  readonly Bindings: HttpBindings;
  readonly Variables: { body: string };
}

const METHODS: readonly Method[] = ['GET', 'POST'];

/** Answers requests by the routes, and refuses those that access rules and limits forbid. */
export function createControlHandler(routes: ControlRoutes, rules: AccessRules, clock: Clock): RequestListener {
  const bodies = new RequestBodies();
  const sender = new BodySender(clock, MAX_HELD_BYTES);
  const app = new Hono<AppTypes>();
  /** Written here, not by the framework, so that the memory of slow readers is bounded. */
  const send = async (
    { outgoing }: HttpBindings,
    answer: ControlAnswer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> => {
    if ('open' in answer) answer.open(outgoing);
    else await write(outgoing, answer, headers, sender);
    return RESPONSE_ALREADY_SENT;
  };

  app.use(async ({ env, req, set }, next) => {
    const { incoming } = env;
    const refusal = rules.client(incoming.headers, routes.get(req.path)?.isPublic === true);
    // First: closing a connection while its client still sends would cut off the answer, too.
    const body = await (refusal === undefined ? bodies.read(incoming) : bodies.drop(incoming));
    if (refusal !== undefined) {
      const { status, error } = refusal;
      return send(env, refuse(status, error), status === 401 ? { 'www-authenticate': 'Bearer' } : {});
    }
    if ('fault' in body) {
      const isBusy = body.fault === 'busy';
      const error = isBusy ? 'too many large requests at a time: try again' : TOO_LARGE;
      return send(env, refuse(isBusy ? 503 : 413, error));
    }
    set('body', body.text);
    return next();
  });
  for (const [path, route] of routes) {
    const methods = METHODS.filter((method) => route[method] !== undefined);
    app.on([...methods], path, async ({ env, req, get }) => {
      const query = new URL(req.url).searchParams;
      const request = { query, lastEventId: req.header('last-event-id'), userAgent: req.header('user-agent') };
      return send(env, await answerOf(route, env.incoming, get('body'), request, rules));
    });
    app.all(path, ({ env }) => {
      return send(env, refuse(405, `only ${methods.join(' or ')}`), { allow: methods.join(', ') });
    });
  }
  app.notFound(({ env }) => send(env, refuse(404, `not found; there are ${[...routes.keys()].join(', ')}`)));
  app.onError((error, { env }) => send(env, refuseWith(error)));
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return (request, response) => void listener(request, response);
}

const TOO_LARGE = `the body is larger than ${MAX_BODY_BYTES} bytes`;

async function answerOf(
  route: ControlRoute,
  { method, headers }: IncomingMessage,
  text: string,
  request: ControlRequest,
  rules: AccessRules,
): Promise<ControlAnswer> {
  const refusal = rules.origin(headers);
  if (refusal !== undefined) return refuse(refusal.status, refusal.error);
  // A page of another site may send a form or plain text without a preflight request. For JSON its browser sends one,
  // which is refused.
  const isPost = method === 'POST';
  if (isPost && !/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    return refuse(415, 'a POST needs the header content-type: application/json');
  }
  if (!isShallowJson(text)) return refuse(400, 'the body must be an object of a few texts');
  try {
    const handler = route[isPost ? 'POST' : 'GET'];
    const body = text.trim() === '' ? undefined : (JSON.parse(text) as unknown);
    return (await handler?.(body, request)) ?? refuse(405, 'not supported');
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(400, 'the body is not JSON');
    return refuseWith(error);
  }
}

function refuse(status: number, error: string): ControlAnswer {
  return { status, document: { error } };
}

/** Error answer: a client's error with its problems and hint, or an internal error. */
function refuseWith(error: unknown): ControlAnswer {
  if (!(error instanceof LoadbotError) || error.code === 'internal') {
    return refuse(500, `internal error: ${messageOf(error)}`);
  }
  const { message, hint, problems } = error;
  return { status: error.code === 'agent_busy' ? 409 : 400, document: { error: message, hint, problems } };
}

async function write(
  response: ServerResponse,
  answer: Exclude<ControlAnswer, { open: unknown }>,
  headers: Readonly<Record<string, string>>,
  sender: BodySender,
): Promise<void> {
  const text = 'text' in answer ? answer.text : `${JSON.stringify(answer.document)}\n`;
  const body = bodyOf(Buffer.from(text));
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': body.bytes,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Requests are seconds apart, and the end of a run does not wait for idle connections.
    connection: 'close',
    ...headers,
    ...('text' in answer ? answer.headers : {}),
  });
  await sender.send(response, body, READ_WITHIN_MS);
}
