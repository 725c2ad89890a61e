import type { Driver, DriverOptions, Session } from '../driver.ts';
import type { ConnectionVersion } from './connection.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import { Http1Connection } from './http1-connection.ts';
import { RequestWriter } from './request-writer.ts';
import { type HttpOperation, HttpSession, type SessionOptions } from './session.ts';
import { StatusErrors } from './status-errors.ts';
import { outcomesByStatus } from './status-outcomes.ts';

/** A read of a large body costs about as much as one of a small answer, so fewer are better; more than this gain nothing. */
const READ_BUFFER_BYTES = 64 * 1024;

/** Speaks HTTP/1.1 or HTTP/2 for one job. */
export function httpDriver(options: DriverOptions): Driver {
  // Worked out by the first session, so that unusable options are reported where the contract says.
  let shared: Promise<SessionOptions> | undefined;
  return {
    async connect(signal: AbortSignal): Promise<Session> {
      shared ??= shareable(options);
      const session = new HttpSession(await shared);
      await session.open(signal);
      return session;
    },
    async check(): Promise<void> {
      await (shared ??= shareable(options));
    },
    async close(): Promise<void> {
      // The sessions share nothing that is open.
    },
  };
}

async function shareable(options: DriverOptions): Promise<SessionOptions> {
  const endpoint = resolveEndpoint(options);
  const operations = options.operations.map((operation): HttpOperation => {
    const writer = new RequestWriter(options, operation, endpoint);
    return {
      writer,
      outcomes: outcomesByStatus(operation),
      statusErrors: new StatusErrors(writer.summary),
    };
  });
  return {
    endpoint,
    operations,
    Version: await loadVersion(endpoint),
    timeoutMs: options.timeoutMs,
    clock: options.clock,
    maxHeaderBytes: options.http.maxHeaderBytes,
    readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
  };
}

/** HTTP/2 is loaded where it is spoken: Node's own takes as long to load as half of ours. */
async function loadVersion({ http2 }: Endpoint): Promise<ConnectionVersion> {
  return http2 ? (await import('./http2-connection.ts')).Http2Connection : Http1Connection;
}
