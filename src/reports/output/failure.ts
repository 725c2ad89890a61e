import { LoadbotError, messageOf } from '../../core/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'the directory does not exist',
  EPIPE: 'its reader has closed it',
};

/** Why a file cannot be written, in words; its error code in brackets, for searching. */
export function describeFailure(cause: unknown): string {
  const code = Object(cause) as { readonly code?: unknown };
  const reason = typeof code.code === 'string' ? REASONS[code.code] : undefined;
  return reason === undefined ? messageOf(cause) : `${reason} (${String(code.code)})`;
}

/** The error for an output that cannot be written, found before the load. */
export function unwritable(path: string, reason: string, hint = 'choose another path', cause?: unknown): LoadbotError {
  return new LoadbotError('config_invalid', `cannot write the result to ${path}: ${reason}`, { hint, cause });
}
