import { LoadbotError, messageOf } from '../../shared/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'the directory does not exist',
  EPIPE: 'the reader closed the pipe',
};

/** Describes why a file cannot be written, with the error code for searching. */
export function describeFailure(cause: unknown): string {
  const code = Object(cause) as { readonly code?: unknown };
  const reason = typeof code.code === 'string' ? REASONS[code.code] : undefined;
  return reason === undefined ? messageOf(cause) : `${reason} (${String(code.code)})`;
}

/** Creates the error for an output that cannot be written, found before the load. */
export function outputError(path: string, reason: string, hint = 'choose another path', cause?: unknown): LoadbotError {
  return new LoadbotError('config_invalid', `cannot write the result to ${path}: ${reason}`, { hint, cause });
}
