import { extname } from 'node:path';
import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/units.ts';
import { parseJsonc } from './parse-jsonc.ts';
import type { SourceDocument } from './source-document.ts';
import { unreadableReason } from './unreadable-reason.ts';
import { BoundsExceeded, rejectOutOfBounds } from './value-bounds.ts';

/**
 * Parses JSON or YAML, by file extension or else by content.
 * @throws {LoadbotError} `config_invalid` for more levels or values than a workload may have
 */
export async function parseText(source: string, text: string): Promise<SourceDocument> {
  // Most workloads are JSON: the YAML library is loaded on demand.
  const parse = isYaml(source, text) ? (await import('./parse-yaml.ts')).parseYaml : parseJsonc;
  try {
    const document = parse(text);
    rejectOutOfBounds(document.value);
    return document;
  } catch (error) {
    if (!(error instanceof BoundsExceeded)) throw error;
    throw new LoadbotError('config_invalid', `${nameOf(source)} ${error.message}`, { hint: error.hint });
  }
}

/** Whether a source is a module, whose default export is the workload. */
export function isModule(source: string): boolean {
  return extname(source).toLowerCase() === '.mjs';
}

function isYaml(source: string, text: string): boolean {
  const extension = extname(source).toLowerCase();
  if (extension === '.yaml' || extension === '.yml') return true;
  if (extension === '.json' || extension === '.jsonc' || isModule(source)) return false;
  return !/^\s*([{[]|\/[/*])/.test(text);
}

/** Input of workload files. */
export interface SourceIo {
  /** Reads a file as UTF-8. Rejects with the errors of Node's `readFile`. */
  readFile(path: string): Promise<string>;
  readStdin(): Promise<string>;
}

/** Control characters except white space. Only comments could contain them; agents print workloads verbatim. */
const CONTROL = /[^\P{Cc}\s\u0085]/u;

/** Reads a workload file, or standard input for `-`; removes the byte order mark. */
export async function readText(source: string, io: SourceIo): Promise<string> {
  const raw = source === '-' ? await io.readStdin() : await readNamed(source, io);
  const text = raw.startsWith('\uFEFF') ? raw.slice(1) : raw;
  const name = nameOf(source);
  if (Buffer.byteLength(text) > WORKLOAD_LIMITS.workloadBytes) {
    const hint = 'keep rows in a file that a feeder reads, or split the workload';
    throw new LoadbotError('config_invalid', `${name} is larger than ${formatBytes(WORKLOAD_LIMITS.workloadBytes)}`, {
      hint,
    });
  }
  if (text.includes('\0') || text.includes('\uFFFD')) {
    throw new LoadbotError('config_invalid', `${name} is not UTF-8 text`, { hint: 'save the workload file as UTF-8' });
  }
  if (CONTROL.test(text)) {
    const hint = 'leave it out, or write it as an escape such as \\u001b';
    throw new LoadbotError('config_invalid', `${name} contains a control character`, { hint });
  }
  if (text.trim() === '') {
    throw new LoadbotError('config_invalid', `${name} is empty`, {
      hint: source === '-' ? 'pipe a workload into the command' : 'a workload needs at least `jobs`',
    });
  }
  return text;
}

/** Name of a source in messages. */
export function nameOf(source: string): string {
  return source === '-' ? 'stdin' : source;
}

async function readNamed(path: string, io: SourceIo): Promise<string> {
  try {
    return await io.readFile(path);
  } catch (error) {
    throw new LoadbotError('config_invalid', `cannot read ${path}: ${unreadableReason(error)}`, { cause: error });
  }
}
