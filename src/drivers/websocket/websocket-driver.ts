import { throwFaults } from '../collect-faults.ts';
import type { LoadbotError } from '../../shared/errors.ts';
import type { Driver, DriverOptions, RequestCheck } from '../driver.ts';
import { createDriver } from '../session-base.ts';
import { compileWebSocketRequest, type WebSocketRequest } from './request.ts';
import { WebSocketSession, type WebSocketSessionOptions } from './session.ts';
import { readSettings } from './settings.ts';

/** Size of the read buffer of a job on a thread, in bytes. */
const READ_BUFFER_BYTES = 65_536;

/** Creates the driver of one job for WebSocket servers. */
export function webSocketDriver(options: DriverOptions): Driver {
  return createDriver(
    async () => compileOptions(options),
    (shared) => new WebSocketSession(shared),
  );
}

/** Parses the settings of a job, and compiles its requests. */
export const checkWebSocketRequests: RequestCheck = (options) => {
  const faults: LoadbotError[] = [];
  compileAll(options, faults);
  throwFaults(faults);
};

/** @throws {LoadbotError} the first fault */
function compileOptions(options: DriverOptions): WebSocketSessionOptions {
  const faults: LoadbotError[] = [];
  const compiled = compileAll(options, faults);
  if (compiled !== undefined) return compiled;
  throw faults[0]!; // without options there is a fault
}

function compileAll(options: DriverOptions, faults: LoadbotError[]): WebSocketSessionOptions | undefined {
  const { timeoutMs, clock, operations, metrics } = options;
  const settings = readSettings(options, faults);
  const forms = settings ?? { compression: false };
  const requests = operations
    .map((operation) => compileWebSocketRequest(operation, forms, faults))
    .filter((request): request is WebSocketRequest => request !== undefined);
  if (settings === undefined || faults.length > 0) return undefined;
  return {
    connection: { settings, timeoutMs, clock, readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES) },
    requests,
    otherMetric: metrics.find(({ name }) => name === 'other_messages')?.index ?? -1,
    warmUp: { goesOn: true },
  };
}
