import { expect, test } from 'vitest';
import { requestSizeFault } from '../../../src/compose/refused-fields.ts';
import { WORKLOAD_LIMITS } from '../../../src/shared/bounds.ts';
import type { IntegerDistribution } from '../../../src/shared/distribution.ts';
import type { DriverName } from '../../../src/driver-catalog.ts';
import type { OperationPlan } from '../../../src/plan/plan.ts';

const bytes = (value: number): IntegerDistribution => ({ kind: 'constant', value });

function messageOf(given: Partial<OperationPlan>, driver: DriverName = 'postgres'): string | undefined {
  const operation = { type: 'bulk_write', batchSize: 100_000, dataSize: bytes(0), document: {}, http: {}, ...given };
  return requestSizeFault(operation as OperationPlan, { driver })?.message;
}

test('limits the documents of a bulk request to 12 MiB', () => {
  const most = Math.floor(WORKLOAD_LIMITS.bulkBytes / 100_000);
  expect(messageOf({ dataSize: bytes(most) })).toBeUndefined();
  expect(messageOf({ dataSize: bytes(most + 1) })).toMatch(
    /^a request with 100,000 documents has 12.0 MiB or more; at most 12.0 MiB are allowed$/,
  );
  expect(messageOf({ dataSize: { kind: 'normal', from: 1, to: most + 1 } })).toMatch(
    /^a request with 100,000 documents may have 12.0 MiB or more/,
  );
  expect(messageOf({ document: { text: 'x'.repeat(most) } })).toContain('12.0 MiB');
  expect(messageOf({ document: { text: '#string(200)' } })).toContain('12.0 MiB');
  expect(messageOf({ document: { text: '#string(20)', id: '#id' } })).toBeUndefined();
  expect(messageOf({ batchSize: 1, document: { text: 'x'.repeat(64 * 1024) } })).toBeUndefined();
});

test('limits a single document for MongoDB only, and no custom statement', () => {
  const large = { type: 'write', batchSize: 1, dataSize: bytes(WORKLOAD_LIMITS.bulkBytes + 1) } as const;
  expect(messageOf(large)).toBeUndefined();
  expect(messageOf(large, 'mongodb')).toMatch(/^a request with a document has 12.0 MiB/);
  expect(messageOf({ ...large, type: 'read' }, 'mongodb')).toBeUndefined();
  expect(messageOf({ dataSize: bytes(1000), statement: 'SELECT 1' })).toBeUndefined();
});
