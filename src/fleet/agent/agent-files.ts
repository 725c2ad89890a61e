import { basename, join } from 'node:path';
import type { FileReading } from '../../plan/plan-file.ts';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/units.ts';
import type { OpenLargeFiles } from '../wire/plan/plan-codec.ts';
import { type SentFile, sha256Of } from '../wire/plan/sent-file.ts';

/** Access to the large files of workloads that an agent has. */
export interface AgentFiles {
  /** Folders that are searched by the name of a file, before its path at the coordinator. */
  readonly folders: readonly string[];
  /** Reads a file. Throws the errors of Node's `readFileSync`. */
  readonly readFile: (path: string) => Buffer;
  /** Returns the memory that a plan has for the bytes of a file. @throws {LoadbotError} */
  readonly restore: (bytes: Buffer, reading: FileReading) => readonly SharedArrayBuffer[];
}

/**
 * Creates the function that opens the agent's own copies of large files. It throws a {LoadbotError} `config_invalid`
 * with all files that are missing or differ from those of the coordinator.
 */
export function createOpenFiles(own: AgentFiles): OpenLargeFiles {
  return (files) => {
    const problems: string[] = [];
    const memory = files.flatMap((file) => {
      const opened = openFile(file, own);
      if (typeof opened !== 'string') return opened;
      problems.push(opened);
      return [];
    });
    if (problems.length === 0) return memory;
    throw new LoadbotError('config_invalid', problems.join('; '), {
      hint: 'copy the files of the coordinator to the same paths, or to a folder of start-agent --files',
    });
  };
}

/** Returns the memory of a file, or why it cannot be used. */
function openFile(file: SentFile, { folders, readFile, restore }: AgentFiles): readonly SharedArrayBuffer[] | string {
  const { path, bytes: size, sha256, reading, memorySha256 } = file;
  const places = [...new Set([...folders.map((folder) => join(folder, basename(path))), path])];
  const faults: string[] = [];
  for (const place of places) {
    let bytes: Buffer;
    try {
      bytes = readFile(place);
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      faults.push(isMissing ? `${place} does not exist` : `${place} cannot be read: ${messageOf(error)}`);
      continue;
    }
    const found = sha256Of(bytes);
    if (found !== sha256) {
      faults.push(`${place} has the SHA-256 ${found}`);
      continue;
    }
    const memory = restore(bytes, reading);
    if (sha256Of(...memory) === memorySha256) return memory;
    return `the coordinator's ${path} changed while it started the run`;
  }
  return `it needs the coordinator's ${path} (${formatBytes(size)}, SHA-256 ${sha256}), but ${faults.join(' and ')}`;
}
