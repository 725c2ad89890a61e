import type { Driver, DriverOptions, RequestCheck } from '../driver.ts';
import { createDriver } from '../session-base.ts';
import { collectFaults } from '../collect-faults.ts';
import { compileNatsRequest } from './request.ts';
import { NatsSession, type NatsSessionOptions } from './session.ts';
import { natsSettings } from './settings.ts';

/** Creates the driver of one job for NATS servers. */
export function natsDriver(options: DriverOptions): Driver {
  return createDriver(
    async () => shareable(options),
    (shared) => new NatsSession(shared),
  );
}

/** Parses the settings of a job, and compiles its requests. */
export const checkNatsRequests: RequestCheck = (options) => {
  collectFaults((attempt) => {
    attempt(() => natsSettings(options), undefined);
    for (const operation of options.operations) attempt(() => compileNatsRequest(operation), undefined);
  });
};

function shareable(options: DriverOptions): NatsSessionOptions {
  const { timeoutMs, clock, target, operations } = options;
  return {
    connection: { settings: natsSettings(options), timeoutMs, clock },
    requests: operations.map(compileNatsRequest),
    openingAhead: { goesOn: true },
    target,
    turn: 0,
  };
}
