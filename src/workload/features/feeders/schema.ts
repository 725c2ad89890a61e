import { extname } from 'node:path';
import { z } from 'zod';
import { TAGS } from '../../../templates/tags.ts';
import { DEFAULTS } from '../../defaults.ts';
import type { PathDiagnostic } from '../../diagnostics.ts';
import { feedersOf } from '../../entries.ts';
import { optional, required, text } from '../../values.ts';

const NAME = 'must be a name of letters, digits and _ that begins with a letter';

/** An entry of `feeders`: a file whose rows fill template tags. */
export const feederSchema = z
  .strictObject({
    name: required(z.string().regex(/^[A-Za-z]\w*$/, { error: NAME }), {
      description: 'Name that tags refer to: `#name.column`; letters, digits and _; unique in the file.',
      examples: ['users'],
    }),
    file: required(text, {
      description:
        'CSV with a header line (`.csv`), or an object a line (`.ndjson`, `.jsonl`); relative to the workload file, at most 64 MiB.',
      examples: ['users.csv'],
    }),
    order: optional(z.enum(['sequential', 'random']), {
      description: 'Selection of rows: `sequential` in order, restarting after the last; `random` in random order.',
      default: DEFAULTS.feeder.order,
      examples: ['random'],
    }),
  })
  .meta({ id: 'feeder', description: 'Rows from a file.' });

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
