import { messageOf } from '../shared/errors.ts';
import { ClassifiedError } from './classify-error.ts';

/**
 * Creates the error of a request that cannot be built from the workload's data. Nothing is sent, so it does not count
 * as an error of the target.
 * @param part the workload's path of the part that cannot be built: `http.headers.x-name`; `undefined`: unknown
 */
export function workloadError(part: string | undefined, reason: unknown): ClassifiedError {
  if (isWorkloadError(reason)) return reason;
  const subject = part === undefined ? 'the request' : `\`${part}\``;
  return new ClassifiedError('workload', `${subject} cannot be sent: ${messageOf(reason)}`);
}

/** Whether the error comes from a request that cannot be built. */
export function isWorkloadError(error: unknown): error is ClassifiedError {
  return error instanceof ClassifiedError && error.errorClass === 'workload';
}
