import type { Environment } from '../workload/variables.ts';
import { isModule, type SourceIo } from '../workload/read/read-text.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { readBounded } from '../shared/read-file.ts';

/** Environment and standard input of whatever plans a workload. */
export interface PlanIo {
  readonly env: Environment;
  /** All of standard input, as UTF-8. */
  readStdin(): Promise<string>;
  /** Folders with the files that the workload may use; absent: any. Restricts the calling thread. */
  readonly allowedFolders?: readonly string[] | undefined;
}

/** The source of a workload that came by standard input. */
export const STDIN = 'stdin';

/**
 * Opens a named workload and the files that it includes. A module is evaluated, which executes its code: only the file
 * that the user names may be one.
 * @throws {LoadbotError} `config_invalid` for a module that fails or exports no workload
 */
export async function openSource(source: string, io: Pick<PlanIo, 'readStdin'>): Promise<SourceIo> {
  const readFile = (path: string): Promise<string> => readBounded(path, WORKLOAD_LIMITS.workloadBytes);
  const files = { readStdin: () => io.readStdin(), readFile };
  if (!isModule(source)) return files;
  const { readModule } = await import('./module-workload.ts');
  const text = await readModule(source);
  return { ...files, readFile: (path) => (path === source ? Promise.resolve(text) : readFile(path)) };
}
