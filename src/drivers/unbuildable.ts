import { messageOf } from '../core/errors.ts';
import { ClassifiedError } from './classify-error.ts';

/**
 * The error of a request that cannot be made from the workload's data. Nothing of it is sent, so it is no error of the target.
 * @param part the part of the request that cannot be made, as the workload names it: `http.headers.x-name`; `undefined`: unknown
 */
export function unbuildable(part: string | undefined, reason: unknown): ClassifiedError {
  if (isUnbuildable(reason)) return reason;
  const subject = part === undefined ? 'the request' : `\`${part}\``;
  return new ClassifiedError('workload', `${subject} cannot be sent: ${messageOf(reason)}`);
}

/** Whether an error is one of a request that cannot be made. */
export function isUnbuildable(error: unknown): error is ClassifiedError {
  return error instanceof ClassifiedError && error.errorClass === 'workload';
}
