import type { Bus } from '../fleet/bus/bus.ts';
import { connectNats } from '../fleet/bus/nats-connect.ts';
import type { NatsSettings } from '../fleet/bus/nats-settings.ts';
import { tokenOf } from '../fleet/subjects.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';

/** Name on the bus of commands that coordinate: permissions are for a role. */
export const COORDINATOR = 'coordinator';

/**
 * Connects to the bus of a fleet.
 * @param name of this member: that of an agent, or `COORDINATOR`
 * @throws {LoadbotError} when it cannot be reached or used
 */
export function openBus(
  settings: NatsSettings,
  name: string,
  clock: Pick<Clock, 'after'>,
  log: Pick<Log, 'warn'>,
): Promise<Bus> {
  return connectNats(settings, {
    name: tokenOf(name),
    clock,
    onProblem: ({ message }) => log.warn(`bus: ${message}`),
  });
}
