import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/shared/exit-status.ts';
import { formatError } from '../../../src/cli/print-error.ts';
import { requireDelivery } from '../../../src/agent/required-delivery.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';
import type { Delivery } from '../../../src/exporters/exporter.ts';

function deliver(target: string, deliveredSamples: number, undeliveredSamples: number, lastError?: string): Delivery {
  return { target, deliveredSamples, undeliveredSamples, lastError };
}

test('prints no message if all samples were delivered', () => {
  requireDelivery([]);
  requireDelivery([deliver('http://a', 5, 0), deliver('http://b', 0, 0)]);
});

test('reports missing samples of each target with the reason', () => {
  const deliveries = [
    deliver('http://vm', 3000, 1234, 'status 503'),
    deliver('http://fine', 9, 0),
    deliver('http://b', 0, 1),
  ];
  let error: unknown;
  try {
    requireDelivery(deliveries);
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof LoadbotError)) throw new Error('expected a LoadbotError');
  expect(exitCodeOf(error.code)).toBe(113);
  expect(formatError(error)).toBe(
    [
      'error: metrics were not delivered, and delivery is required',
      '  hint: the results themselves are complete; only the pushed series have gaps',
      '',
      '  http://vm  1,234 of 4,234 samples not delivered: status 503',
      '  http://b   1 of 1 sample not delivered',
    ].join('\n'),
  );
});
