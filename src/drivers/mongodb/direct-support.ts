import type { MongoClient } from 'mongodb';
import type { DriverOptions } from '../driver.ts';

/**
 * Whether the requests of a job are sent past the library, over connections that each worker keeps. Options that the
 * library applies to each command, or to connections in use, and transactions need its own way.
 */
export function isDirect({ options }: MongoClient, { operations }: DriverOptions): boolean {
  return (
    options.readPreference.mode === 'primary' &&
    options.writeConcern?.w !== 0 &&
    !options.loadBalanced &&
    options.compressors.every((name) => name === 'none') &&
    (options.timeoutMS ?? 0) === 0 &&
    options.socketTimeoutMS === 0 &&
    options.maxIdleTimeMS === 0 &&
    options.maxAdaptiveRetries === 0 &&
    options.autoEncryption === undefined &&
    options.credentials?.mechanism !== 'MONGODB-OIDC' &&
    operations.every(({ transaction, statement }) => transaction === undefined && !isUnacknowledged(statement))
  );
}

/** Whether a command may have a write concern of its own to which the server does not reply. */
function isUnacknowledged(statement: unknown): boolean {
  if (typeof statement !== 'object' || statement === null || !('writeConcern' in statement)) return false;
  const { writeConcern } = statement;
  if (typeof writeConcern !== 'object' || writeConcern === null || !('w' in writeConcern)) return true;
  const { w } = writeConcern;
  return w === 0 || (typeof w === 'string' && w.includes('#'));
}
