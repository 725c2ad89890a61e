import { UnusableFileError } from '../../shared/read-file.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of its path is not a directory',
};

/** Reason of a failed read as a phrase, from Node's error. */
export function unreadableReason(thrown: unknown): string {
  if (thrown instanceof UnusableFileError) return thrown.message;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown error';
  return REASONS[code] ?? code;
}
