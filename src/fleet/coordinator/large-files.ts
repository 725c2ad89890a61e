import type { Plan } from '../../plan/plan.ts';
import { type Diagnostic, LoadbotError, messageOf } from '../../shared/errors.ts';
import type { LargeFiles } from '../wire/plan/plan-codec.ts';
import { sha256Of } from '../wire/plan/sent-file.ts';
import { usedBytes } from '../wire/plan/value-writer.ts';

/** Limit of the memory of one file that is sent to agents, in bytes. */
export const MAX_SENT_FILE_BYTES = 8 * 1024 * 1024;

/**
 * Finds the files of a plan that are too large to be sent. Agents compare them with their own by SHA-256.
 * @param readFile reads a file as when the plan was built
 * @param mostBytes limit of the memory of one that is sent
 * @throws {LoadbotError} `config_invalid` for files that cannot be read any more
 */
export function findLargeFiles(
  plan: Plan,
  readFile: (path: string) => Buffer,
  mostBytes = MAX_SENT_FILE_BYTES,
): LargeFiles {
  const problems: Diagnostic[] = [];
  const files = plan.files.filter(({ memory }) => memory.some((one) => usedBytes(new Uint8Array(one)) > mostBytes));
  const large = files.flatMap(({ path, reading, memory }) => {
    try {
      const bytes = readFile(path);
      return [{ path, bytes: bytes.length, sha256: sha256Of(bytes), reading, memorySha256: sha256Of(...memory) }];
    } catch (error) {
      problems.push({ message: `cannot read ${path}: ${messageOf(error)}` });
      return [];
    }
  });
  if (problems.length > 0) {
    throw new LoadbotError('config_invalid', 'files of the workload cannot be compared with those of the agents', {
      problems,
    });
  }
  return { files: large, memory: files.flatMap(({ memory }) => memory) };
}
