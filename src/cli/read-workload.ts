import { resolve } from 'node:path';
import type { WorkloadText } from '../agent/control-routes.ts';
import { readText, type SourceIo } from '../workload/read/read-text.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { readBounded } from '../shared/read-file.ts';
import type { CommandIo } from './command-io.ts';

/** The source of a workload that came by standard input. */
export const STDIN = 'stdin';

/**
 * Reads the text of a workload without parsing it.
 * @throws {LoadbotError} `config_invalid` when it cannot be read
 */
export async function readWorkload(source: string, io: CommandIo): Promise<WorkloadText> {
  const text = await readText(source, sourceIo(io));
  return { text, source: source === '-' ? STDIN : resolve(source) };
}

/** Where a command reads workloads from: files, and its standard input. */
export function sourceIo(io: CommandIo): SourceIo {
  return { readStdin: () => io.readStdin(), readFile: (path) => readBounded(path, WORKLOAD_LIMITS.workloadBytes) };
}
