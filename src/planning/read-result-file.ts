import { unreadableReason } from '../workload/read/unreadable-reason.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { LoadbotError } from '../shared/errors.ts';
import { readBounded } from '../shared/read-file.ts';
import { parseResultDocument } from '../reports/document/parse-result-document.ts';
import type { ResultDocument } from '../reports/document/result-document.ts';
import type { PlanIo } from './source-io.ts';

/**
 * Reads a result file; `-` is standard input.
 * @throws {LoadbotError} `config_invalid` when it cannot be read or is none
 */
export async function readResultFile(path: string, io: Pick<PlanIo, 'readStdin'>): Promise<ResultDocument> {
  const name = path === '-' ? 'standard input' : path;
  const text = await (path === '-' ? io.readStdin() : readBounded(path, WORKLOAD_LIMITS.resultBytes)).catch(
    (cause: unknown) => {
      throw new LoadbotError('config_invalid', `cannot read ${name}: ${unreadableReason(cause)}`, { cause });
    },
  );
  if (Buffer.byteLength(text) > WORKLOAD_LIMITS.resultBytes) {
    const most = `a result file has at most ${WORKLOAD_LIMITS.resultBytes / 1024 / 1024} MiB`;
    throw new LoadbotError('config_invalid', `${name} is too large: ${most}`);
  }
  return parseResultDocument(text, name);
}
