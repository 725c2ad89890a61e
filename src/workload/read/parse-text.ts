import { extname } from 'node:path';
import { LoadbotError } from '../../shared/errors.ts';
import { parseJsonc } from './parse-jsonc.ts';
import { nameOf } from './read-text.ts';
import type { SourceDocument } from './source-document.ts';
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

function isYaml(source: string, text: string): boolean {
  const extension = extname(source).toLowerCase();
  if (extension === '.yaml' || extension === '.yml') return true;
  if (extension === '.json' || extension === '.jsonc') return false;
  return !/^\s*([{[]|\/[/*])/.test(text);
}
