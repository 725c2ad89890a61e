import type { RequestListener, ServerResponse, IncomingMessage } from 'node:http';
import type { Clock } from '../../shared/clock.ts';
import type { AccessLog } from './access-log.ts';
import type { Faults } from './faults.ts';
import type { PreciseScheduler } from './precise-scheduler.ts';
import { type StoreResponse, problem, type MatchedRoute, routeRequest } from './router.ts';
import type { DocumentStore } from './store.ts';
import type { TargetStats, TargetStatistics } from './target-statistics.ts';

/** Path of the target's own statistics; exempt from faults and not counted. */
const TRUTH_PATH = '/_target';
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const INJECTED = problem(500, 'injected error');
const TOO_LARGE = problem(413, `the body exceeds ${MAX_BODY_BYTES} bytes`);

/** Access log status of a client that disconnected before its response. */
const CLIENT_LEFT = 499;

export interface TargetParts {
  readonly clock: Clock;
  /** Converts a time of the clock to milliseconds since the epoch. */
  readonly epochOf: (nowMs: number) => number;
  readonly store: DocumentStore;
  readonly faults: Faults;
  readonly releaser: PreciseScheduler;
  readonly truth: TargetStatistics;
  readonly accessLog: AccessLog | undefined;
  readonly stats: () => TargetStats;
}

/** Creates the request listener: executes each request at once and delays its response as the faults require. */
export function handleRequests(parts: TargetParts): RequestListener {
  const { clock, epochOf, store, faults, releaser, truth, accessLog } = parts;

  return (request, response) => {
    const arrivedMs = clock.nowMs();
    const { method = '', url = '' } = request;
    if (url === TRUTH_PATH) {
      send(response, method === 'GET' ? { status: 200, body: JSON.stringify(parts.stats()) } : WRONG_METHOD);
      return;
    }
    truth.arrived(epochOf(arrivedMs));
    const route = routeRequest(store, method, url);
    const fails = faults.fails();
    const delayedMs = arrivedMs + faults.delayMs();

    const finish = (answer: StoreResponse | undefined): void => {
      const left = answer === undefined || request.socket.destroyed;
      if (left) truth.abandoned();
      else {
        send(response, answer);
        truth.answered(route.operation, answer.status);
      }
      const status = left ? CLIENT_LEFT : answer.status;
      accessLog?.write({ t: epochOf(arrivedMs), ms: clock.nowMs() - arrivedMs, method, path: url, status });
    };
    const answer = (body: string | undefined): void => {
      const ready = fails ? INJECTED : answerOf(route, body);
      const nowMs = clock.nowMs();
      const releaseMs = faults.releaseMs(Math.max(delayedMs, nowMs));
      if (releaseMs <= nowMs) finish(ready);
      else releaser.at(releaseMs, () => finish(ready));
    };
    if (route.takesBody) readBody(request, MAX_BODY_BYTES, { whole: answer, gone: () => finish(undefined) });
    else answer('');
  };
}

const WRONG_METHOD = problem(405, `only GET is allowed on ${TRUTH_PATH}`);

function answerOf(route: MatchedRoute, body: string | undefined): StoreResponse {
  return body === undefined ? TOO_LARGE : route.answer(body);
}

function send(response: ServerResponse, { status, body }: StoreResponse): void {
  response.writeHead(status, ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))]);
  response.end(body);
}

interface BodyReader {
  /**
   * The body is complete.
   * @param body `undefined`: it exceeded the maximum size
   */
  whole(body: string | undefined): void;
  /** The client disconnected before the end of the body. */
  gone(): void;
}

/** Collects a request's body as text and calls exactly one of the reader's functions, once. */
function readBody(request: IncomingMessage, maxBytes: number, reader: BodyReader): void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks = [];
  });
  request.on('end', () => reader.whole(bytes <= maxBytes ? Buffer.concat(chunks).toString() : undefined));
  request.on('close', () => {
    if (!request.complete) reader.gone();
  });
}
