import { extname } from 'node:path';
import { ImportNode } from '../request-files/import-node.ts';
import { parseJsonFile } from '../request-files/parse-json.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { LoadbotError } from '../shared/errors.ts';
import { formatBytes } from '../shared/units.ts';
import { parseText } from '../workload/read/read-text.ts';

/** Parses JSON or YAML. */
export async function parseJsonOrYaml(file: string, text: string): Promise<ImportNode> {
  if (extname(file).toLowerCase() === '.json' || /^\s*\{/.test(text)) return parseJsonFile(file, text);
  const { workloadBytes } = WORKLOAD_LIMITS;
  if (Buffer.byteLength(text) > workloadBytes) {
    throw new LoadbotError('config_invalid', `${file} is larger than ${formatBytes(workloadBytes)}`, {
      hint: 'convert it to JSON, which may be larger',
    });
  }
  const { value, fault } = await parseText(`${file}.yaml`, text);
  if (fault === undefined) return new ImportNode(file, value);
  const { at, message } = fault;
  throw new LoadbotError('config_invalid', `${file}:${at.line}:${at.column} ${message}`);
}
