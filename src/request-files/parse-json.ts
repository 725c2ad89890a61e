import { visit } from 'jsonc-parser';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { LoadbotError } from '../shared/errors.ts';
import { findBeyondJsonBounds } from '../shared/json.ts';
import { ImportNode } from './import-node.ts';

/**
 * Parses the JSON of an imported file.
 * @throws {LoadbotError} `config_invalid` with the line of a syntax error, and for a text beyond the bounds
 */
export function parseJsonFile(file: string, text: string): ImportNode {
  const { levels, resultContainers: containers, resultFields: fields } = WORKLOAD_LIMITS;
  const beyond = findBeyondJsonBounds(text, { levels, containers, fields });
  if (beyond !== undefined) {
    const message = beyond === 'levels' ? `is nested in more than ${levels} levels` : `has too many ${beyond}`;
    throw new LoadbotError('config_invalid', `${file} ${message}`);
  }
  try {
    return new ImportNode(file, JSON.parse(text));
  } catch {
    throw new LoadbotError('config_invalid', `${file}:${lineOfFault(text)} is not valid JSON`);
  }
}

/** `line:column` of the first syntax error; messages of `JSON.parse` repeat parts of the text. */
function lineOfFault(text: string): string {
  let offset = text.length;
  let isFound = false;
  const onError = (_: unknown, at: number): void => {
    if (!isFound) [offset, isFound] = [at, true];
  };
  visit(text, { onError }, { disallowComments: true, allowTrailingComma: false });
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}
