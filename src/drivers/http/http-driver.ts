import type { Driver, DriverOptions, Operation, ResponseNeeds } from '../driver.ts';
import { createDriver } from '../session-base.ts';
import { ChangedRequests } from './changed-requests.ts';
import type { ConnectionFactory } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { Endpoints } from './endpoints.ts';
import { Http1Connection } from './http1-connection.ts';
import { HeadCache } from './response-head.ts';
import { checkLocalAddresses } from './local-addresses.ts';
import { resumeTls } from './resume-tls.ts';
import { responseMetricsOf } from './response-times.ts';
import { RequestWriter } from './request-writer.ts';
import { type HttpOperation, HttpSession, type HttpSessionOptions } from './session.ts';
import { StatusErrors, outcomesByStatus } from './status-outcomes.ts';

/**
 * Size of the shared read buffer. Fewer reads are faster, because a large read costs about as much as a small one;
 * larger buffers gain nothing.
 */
const READ_BUFFER_BYTES = 64 * 1024;

/** Creates the HTTP/1.1 or HTTP/2 driver of one job. */
export function httpDriver(options: DriverOptions): Driver {
  return createDriver(
    () => shareable(options),
    (shared) => new HttpSession(shared, shared.nextFactory()),
  );
}

/** What the sessions of a job share. */
interface SharedOptions extends HttpSessionOptions {
  /** Returns the factory of the next session's connections. */
  readonly nextFactory: () => ConnectionFactory;
}

async function shareable(options: DriverOptions): Promise<SharedOptions> {
  await checkLocalAddresses(options.http.localAddresses);
  const responseMetrics = responseMetricsOf(options.metrics);
  const endpoints = new Endpoints(options);
  const operations = options.operations.map((operation): HttpOperation => {
    const endpoint = endpoints.ofOperation(operation);
    const isTimed = responseMetrics !== undefined && !operation.isPreparation;
    const written = new RequestWriter(options, operation, endpoint);
    const { change } = operation;
    const writer = change === undefined ? written : new ChangedRequests(written, change, endpoint);
    return {
      writer,
      endpoint,
      outcomes: outcomesByStatus(operation),
      statusErrors: new StatusErrors(writer.summary, operation.http.expectStatus),
      needs: operation.needs,
      keeps: keptParts(operation, isTimed),
      isTimed,
      stream: operation.stream,
      redirects: operation.http.redirects,
    };
  });
  const endpoint = operations[0]?.endpoint ?? endpoints.ofOperation(options);
  return {
    endpoint,
    operations,
    nextFactory: resuming(options, await loadVersion(endpoint, options)),
    createRedirects: await loadRedirects(options, endpoints),
    timeoutMs: options.timeoutMs,
    clock: options.clock,
    maxHeaderBytes: options.http.maxHeaderBytes,
    responseMetrics,
    reportsArrivals: responseMetrics !== undefined,
    readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
  };
}

/** Parts of an operation's responses to keep: none of them if only their times are recorded. */
function keptParts({ needs, http }: Operation, isTimed: boolean): ResponseNeeds | undefined {
  if (!http.cookies && http.redirects === 0) {
    return needs ?? (isTimed ? { headers: false, body: false, maxBytes: 0 } : undefined);
  }
  // Cookies and redirects are in headers.
  return { body: false, maxBytes: 0, ...needs, headers: true };
}

/** Loads redirects and cookies; `undefined` if no operation has them. */
async function loadRedirects(
  options: DriverOptions,
  endpoints: Endpoints,
): Promise<HttpSessionOptions['createRedirects']> {
  const keepsCookies = options.operations.some(({ http }) => http.cookies);
  if (!keepsCookies && options.operations.every(({ http }) => http.redirects === 0)) return undefined;
  const endpointOf = (origin: string): Endpoint => endpoints.ofRedirect(origin);
  const { Redirects } = await import('./redirects.ts');
  if (!keepsCookies) return () => new Redirects(undefined, endpointOf);
  const [{ CookieJar }, { Cookies }] = await Promise.all([import('tough-cookie'), import('./cookies.ts')]);
  return () => new Redirects(new Cookies(() => new CookieJar()), endpointOf);
}

/** The factories of sessions, which resume TLS sessions if the job does. */
function resuming({ http }: DriverOptions, nextFactory: () => ConnectionFactory): () => ConnectionFactory {
  return http.resumesTls ? () => resumeTls(nextFactory()) : nextFactory;
}

/** Loads the connections of one HTTP version. HTTP/2 is loaded on demand. */
async function loadVersion(endpoint: Endpoint, { http, sessions }: DriverOptions): Promise<() => ConnectionFactory> {
  if (!endpoint.http2) {
    const heads = new HeadCache();
    return () => (options, listener) =>
      new Http1Connection(options, listener, options.endpoint === endpoint ? heads : undefined);
  }
  const { http2Factories } = await import('./http2/http2-factories.ts');
  return http2Factories(http.streams, sessions);
}
