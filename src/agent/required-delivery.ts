import type { Delivery } from '../exporters/exporter.ts';
import { LoadbotError } from '../shared/errors.ts';
import { formatCount, formatCountOf } from '../shared/units.ts';

/**
 * Fails the command when samples were not delivered.
 * @throws {LoadbotError} `delivery_failed`, naming each target that lacks some
 */
export function requireDelivery(deliveries: readonly Delivery[]): void {
  const problems = deliveries
    .filter(({ undeliveredSamples }) => undeliveredSamples > 0)
    .map(({ target, deliveredSamples, undeliveredSamples, lastError }) => ({
      path: target,
      message: `${formatCount(undeliveredSamples)} of ${formatCountOf(deliveredSamples + undeliveredSamples, 'sample')} not delivered${
        lastError === undefined ? '' : `: ${lastError}`
      }`,
    }));
  if (problems.length === 0) return;
  throw new LoadbotError('delivery_failed', 'metrics were not delivered, and delivery is required', {
    hint: 'the results themselves are complete; only the pushed series have gaps',
    problems,
  });
}
