import type { Driver, DriverOptions } from '../driver.ts';
import { createDriver } from '../session-base.ts';
import type { ConnectionVersion } from './connection.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import { Http1Connection } from './http1-connection.ts';
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
    (shared) => new HttpSession(shared),
  );
}

async function shareable(options: DriverOptions): Promise<HttpSessionOptions> {
  const endpoint = resolveEndpoint(options);
  const operations = options.operations.map((operation): HttpOperation => {
    const writer = new RequestWriter(options, operation, endpoint);
    return {
      writer,
      outcomes: outcomesByStatus(operation),
      statusErrors: new StatusErrors(writer.summary),
      needs: operation.needs,
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

/**
 * Loads the connection class of one HTTP version. HTTP/2 is loaded on demand: `node:http2` takes half as long to load
 * as the whole agent.
 */
async function loadVersion({ http2 }: Endpoint): Promise<ConnectionVersion> {
  return http2 ? (await import('./http2-connection.ts')).Http2Connection : Http1Connection;
}
