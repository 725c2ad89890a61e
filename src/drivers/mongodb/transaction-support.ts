import type { Db } from 'mongodb';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import type { Target } from '../../plan/target.ts';

/**
 * Error codes of a server without transactions: IllegalOperation of a standalone server,
 * OperationNotSupportedInTransaction, and CommandNotFound of compatible servers.
 */
const UNSUPPORTED: ReadonlySet<unknown> = new Set([20, 263, 59]);

/**
 * Begins and aborts a transaction that reads one document.
 * @returns the permanent error of a server without transactions; `undefined`: it has them, or the attempt failed for
 * another reason
 */
export async function transactionError(db: Db, collection: string, target: Target): Promise<LoadbotError | undefined> {
  const session = db.client.startSession();
  try {
    session.startTransaction();
    await db.command({ find: collection, filter: {}, limit: 1, singleBatch: true }, { session });
    await db.client.db('admin').command({ abortTransaction: 1 }, { session });
    return undefined;
  } catch (error) {
    return isUnsupported(error) ? unsupported(target, error) : undefined;
  } finally {
    await session.endSession().catch(() => undefined);
  }
}

function isUnsupported(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && UNSUPPORTED.has(error.code)) || error.name === 'MongoCompatibilityError';
}

function unsupported({ url }: Target, error: unknown): LoadbotError {
  return new LoadbotError('config_invalid', `the server at ${url} does not support transactions: ${messageOf(error)}`, {
    field: ['transaction'],
    hint: 'use a replica set or a sharded cluster of MongoDB, or remove `transaction`',
  });
}
