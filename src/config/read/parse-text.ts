import { extname } from 'node:path';
import { LoadbotError } from '../../core/errors.ts';
import { parseJsonc } from './parse-jsonc.ts';
import { nameOf } from './read-text.ts';
import type { SourceDocument } from './source-document.ts';

/** Parses by the file's extension, or by the content where that says nothing. */
export async function parseText(source: string, text: string): Promise<SourceDocument> {
  // Most workloads are JSON, so the YAML library is loaded only by those that are not.
  const parse = isYaml(source, text) ? (await import('./parse-yaml.ts')).parseYaml : parseJsonc;
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Both parsers recurse; nobody nests a workload so deeply that the stack runs out.
    throw new LoadbotError('config_invalid', `${nameOf(source)} is nested too deeply`, { cause: error });
  }
}

function isYaml(source: string, text: string): boolean {
  const extension = extname(source).toLowerCase();
  if (extension === '.yaml' || extension === '.yml') return true;
  if (extension === '.json' || extension === '.jsonc') return false;
  return !/^\s*([{[]|\/[/*])/.test(text);
}
