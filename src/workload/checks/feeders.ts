import { extname } from 'node:path';
import { TAGS } from '../../templates/tags.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { feedersOf } from './job-list.ts';

/** File formats of feeders by file extension. */
export const FEEDER_FORMATS: Readonly<Record<string, 'csv' | 'ndjson'>> = {
  '.csv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

/** Checks that feeders have unique names and files of a supported format. */
export function checkFeeders(file: unknown): PathDiagnostic[] {
  const seen = new Set<unknown>();
  return feedersOf(file).flatMap(({ path, fields }) => {
    const { name, file: source } = fields;
    const findings: PathDiagnostic[] = [];
    if (typeof name === 'string' && Object.hasOwn(TAGS, name)) {
      findings.push({
        path: [...path, 'name'],
        message: `\`#${name}\` is a template tag`,
        hint: 'choose another name',
      });
    }
    if (typeof name === 'string' && seen.has(name)) {
      findings.push({ path: [...path, 'name'], message: `there are two feeders named "${name}"`, hint: 'rename one' });
    }
    seen.add(name);
    if (typeof source === 'string' && FEEDER_FORMATS[extname(source).toLowerCase()] === undefined) {
      const message = 'must be a file of a supported format';
      findings.push({ path: [...path, 'file'], message, hint: Object.keys(FEEDER_FORMATS).join(', ') });
    }
    return findings;
  });
}
