import type { Driver, DriverOptions, Session } from '../driver.ts';
import { resolveEndpoint } from './endpoint.ts';
import { RequestWriter } from './request-writer.ts';
import { type HttpOperation, HttpSession, type SessionOptions } from './session.ts';
import { StatusErrors } from './status-errors.ts';
import { outcomesByStatus } from './status-outcomes.ts';

/** A read of a large body costs about as much as one of a small answer, so fewer are better; more than this gain nothing. */
const READ_BUFFER_BYTES = 64 * 1024;

/** Speaks HTTP/1.1 or HTTP/2 for one job. */
export function httpDriver(options: DriverOptions): Driver {
  // Worked out by the first session, so that unusable options are reported where the contract says.
  let shared: SessionOptions | undefined;
  return {
    async connect(signal: AbortSignal): Promise<Session> {
      shared ??= shareable(options);
      const session = new HttpSession(shared);
      await session.open(signal);
      return session;
    },
    async close(): Promise<void> {
      // The sessions share nothing that is open.
    },
  };
}

function shareable(options: DriverOptions): SessionOptions {
  const endpoint = resolveEndpoint(options);
  const operations = options.operations.map((operation): HttpOperation => {
    const writer = new RequestWriter(options, operation, endpoint);
    return {
      writer,
      outcomes: outcomesByStatus(operation.type, operation.http.expectStatus),
      statusErrors: new StatusErrors(writer.summary),
    };
  });
  return {
    endpoint,
    operations,
    timeoutMs: options.timeoutMs,
    clock: options.clock,
    readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
  };
}
