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
    const document = parse(text);
    if (!isDeeperThan(MAX_LEVELS, document.value)) return document;
  } catch (error) {
    // Both parsers recurse until the stack runs out.
    if (!(error instanceof RangeError)) throw error;
  }
  throw new LoadbotError('config_invalid', `${nameOf(source)} is nested too deeply`, {
    hint: `at most ${MAX_LEVELS} levels; in YAML, nothing may hold an alias of itself`,
  });
}

/** Whatever walks through a workload recurses; documents of databases have 100 levels at most. */
const MAX_LEVELS = 200;

/** Goes down before it goes on, so that a value that holds itself is soon found out. */
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}

function isYaml(source: string, text: string): boolean {
  const extension = extname(source).toLowerCase();
  if (extension === '.yaml' || extension === '.yml') return true;
  if (extension === '.json' || extension === '.jsonc') return false;
  return !/^\s*([{[]|\/[/*])/.test(text);
}
