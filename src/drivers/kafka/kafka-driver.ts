import type { Driver, DriverOptions, RequestCheck } from '../driver.ts';
import { createDriver } from '../session-base.ts';
import { collectFaults } from '../collect-faults.ts';
import { parseKafkaCommand } from './command.ts';
import { compileKafkaRequest } from './request.ts';
import { KafkaSession, type KafkaSessionOptions } from './session.ts';
import { kafkaSettings } from './settings.ts';

/** Creates the driver of one job for Kafka brokers. */
export function kafkaDriver(options: DriverOptions): Driver {
  return createDriver(
    async () => shareable(options),
    (shared) => new KafkaSession(shared),
  );
}

/** Parses the settings of a job, and compiles its requests. */
export const checkKafkaRequests: RequestCheck = (options) => {
  collectFaults((attempt) => {
    const settings = attempt(() => kafkaSettings(options), undefined);
    for (const operation of options.operations) {
      attempt(
        () => (settings === undefined ? parseKafkaCommand(operation) : compileKafkaRequest(operation, settings)),
        undefined,
      );
    }
  });
};

function shareable(options: DriverOptions): KafkaSessionOptions {
  const { timeoutMs, clock, target, operations } = options;
  const settings = kafkaSettings(options);
  return {
    connection: { settings, timeoutMs, clock },
    requests: operations.map((operation) => compileKafkaRequest(operation, settings)),
    openingAhead: { goesOn: true },
    target,
    turn: 0,
  };
}
