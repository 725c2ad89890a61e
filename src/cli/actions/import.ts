import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { readBounded } from '../../shared/read-file.ts';
import { formatBytes } from '../../shared/units.ts';
import type { ImportFormat } from '../../imports/formats.ts';
import { importWorkload } from '../../imports/import-workload.ts';
import { parseHttpUrl, toFlagProblem } from '../../workload/http-url.ts';
import { isFault } from '../../workload/diagnostics.ts';
import { unreadableReason } from '../../workload/read/unreadable-reason.ts';
import type { CommandIo } from '../command-io.ts';

export interface ImportFlags {
  readonly connection_string?: string;
  readonly host?: string;
  readonly include_static?: boolean;
  readonly limit: number;
}

/** Prints a workload file made of a file of another tool. */
export async function importFile(format: ImportFormat, file: string, flags: ImportFlags, io: CommandIo): Promise<void> {
  const { connection_string: connectionString, include_static: includeStatic = false, host, limit } = flags;
  const url = connectionString === undefined ? undefined : parseHttpUrl(connectionString, { query: false });
  if (url !== undefined && isFault(url)) {
    const problems = [toFlagProblem('--connection_string', url)];
    throw new LoadbotError('config_invalid', 'the flags are invalid', { problems });
  }
  const name = file === '-' ? 'stdin' : file;
  const text = await readImport(file, name, io);
  const options = { connectionString: connectionString?.replace(/\/+$/, ''), host, includeStatic, limit };
  io.stdout.write(await importWorkload(format, name, text, options, io.env));
}

/** @throws {LoadbotError} `config_invalid` for a file that cannot be read, is too large, or is not text */
async function readImport(file: string, name: string, io: CommandIo): Promise<string> {
  const { resultBytes } = WORKLOAD_LIMITS;
  const text = await (file === '-' ? io.readStdin() : readBounded(file, resultBytes)).catch((error: unknown) => {
    throw new LoadbotError('config_invalid', `cannot read ${name}: ${unreadableReason(error)}`, { cause: error });
  });
  const refuse = (message: string): never => {
    throw new LoadbotError('config_invalid', `${name} ${message}`);
  };
  // A truncated text is one byte longer than the bound; no character has more than 3 bytes a code unit.
  if (text.length * 3 > resultBytes && Buffer.byteLength(text) > resultBytes) {
    refuse(`is larger than ${formatBytes(resultBytes)}: import a part of it`);
  }
  if (text.includes('\0')) refuse('is not UTF-8 text');
  if (text.trim() === '') refuse('is empty');
  return text.startsWith('\u{feff}') ? text.slice(1) : text;
}
