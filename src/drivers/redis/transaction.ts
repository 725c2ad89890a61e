import { LoadbotError } from '../../shared/errors.ts';
import type { Operation } from '../driver.ts';
import type { ErrorClassification } from '../error-classification.ts';
import { classifyErrorReply } from './errors.ts';

type Control = NonNullable<Operation['transaction']>;

/** Commands of transactions. */
const COMMANDS: Readonly<Record<Control['kind'], string>> = { begin: 'MULTI', commit: 'EXEC', rollback: 'DISCARD' };

/** A transaction that the server did not execute, or only in part. */
interface TransactionFailure {
  readonly classification: ErrorClassification;
  readonly reason: Error;
}

/**
 * Command of a part of a transaction.
 * @throws {LoadbotError} for options of a begin, which Redis does not have
 */
export function transactionCommand(control: Control): string {
  if (control.kind === 'begin') {
    if (control.isolation !== undefined) throw unsupported('isolation', 'isolation levels: commands run at the commit');
    if (control.readOnly) throw unsupported('read_only', 'read-only transactions');
  }
  return COMMANDS[control.kind];
}

/** Failure that the reply to a commit reports; `undefined`: all commands were executed. */
export function failureOfCommit(reply: unknown): TransactionFailure | undefined {
  if (reply === null) {
    return {
      classification: { errorClass: 'driver', detail: 'serialization' },
      reason: new Error('EXEC returned null: a watched key has changed'),
    };
  }
  const reason: unknown = Array.isArray(reply) ? reply.find((element) => element instanceof Error) : undefined;
  return reason instanceof Error ? { classification: classifyErrorReply(reason), reason } : undefined;
}

function unsupported(field: string, feature: string): LoadbotError {
  return new LoadbotError('config_invalid', `Redis does not have ${feature}`, {
    field: ['transaction', field],
    hint: `remove \`${field}\``,
  });
}
