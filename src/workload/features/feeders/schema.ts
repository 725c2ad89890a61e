import { extname } from 'node:path';
import { z } from 'zod';
import { formatPath } from '../../../shared/text.ts';
import { TAGS } from '../../../templates/tags.ts';
import { DEFAULTS } from '../../defaults.ts';
import type { Path, PathDiagnostic } from '../../diagnostics.ts';
import { asObject, type Fields, feedersOf, jobsOf, schemasOf } from '../../entries.ts';
import { optional, required, text } from '../../values.ts';

const NAME = 'must be a name of letters, digits and _ that begins with a letter';

const DELIMITER = 'must be one character, other than a quote and a line end';

/** An entry of `feeders`: a file whose rows fill template tags. */
export const feederSchema = z
  .strictObject({
    name: required(z.string().regex(/^[A-Za-z]\w*$/, { error: NAME }), {
      description: 'Name that tags refer to: `#name.column`; letters, digits and _; unique in the file.',
      examples: ['users'],
    }),
    file: required(text, {
      description:
        'CSV with a header line (`.csv`, or `.tsv` with tabs), or an object a line (`.ndjson`, `.jsonl`); relative to the workload file, at most 64 MiB.',
      examples: ['users.csv'],
    }),
    per: optional(z.enum(['request', 'iteration', 'user']), {
      description:
        'Use of a row: `request` takes the next one for each request or document; in a scenario, `iteration` keeps it for the iteration, and `user` for all iterations of a user.',
      without: '`request`; in a scenario `iteration`',
      examples: ['user'],
    }),
    order: optional(z.enum(['sequential', 'random', 'shuffle']), {
      description:
        'Selection of rows: `sequential` in the order of the file; `shuffle` in a random order, each row once before any is used again; `random` draws each one anew.',
      default: DEFAULTS.feeder.order,
      examples: ['shuffle'],
    }),
    on_end: optional(z.enum(['restart', 'stop', 'fail']), {
      description:
        'After the last row: `restart` begins again; `stop` ends the job; `fail` fails each request without a row, with the class `workload`.',
      default: DEFAULTS.feeder.on_end,
      examples: ['stop'],
    }),
    delimiter: optional(z.string().regex(/^[^"\r\n]$/u, { error: DELIMITER }), {
      description: 'Character between the cells of a CSV.',
      without: 'a comma; a tab for `.tsv`',
      examples: [';'],
    }),
  })
  .meta({ id: 'feeder', description: 'Rows from a file.' });

interface FeederFormat {
  readonly format: 'csv' | 'ndjson';
  /** Delimiter without `delimiter`. */
  readonly delimiter: string;
}

export const CSV_FORMAT: FeederFormat = { format: 'csv', delimiter: ',' };
const NDJSON_FORMAT: FeederFormat = { format: 'ndjson', delimiter: '' };

/** File formats of feeders by file extension. */
export const FEEDER_FORMATS: Readonly<Record<string, FeederFormat>> = {
  '.csv': CSV_FORMAT,
  '.tsv': { format: 'csv', delimiter: '\t' },
  '.ndjson': NDJSON_FORMAT,
  '.jsonl': NDJSON_FORMAT,
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
    findings.push(...checkRows(path, fields), ...checkUse(file, path, fields));
    if (typeof source === 'string' && FEEDER_FORMATS[extname(source).toLowerCase()] === undefined) {
      const message = 'must be a file of a supported format';
      findings.push({ path: [...path, 'file'], message, hint: Object.keys(FEEDER_FORMATS).join(', ') });
    }
    return findings;
  });
}

/** Checks settings that exclude each other. */
function checkRows(path: Path, { file, per, order, on_end: onEnd, delimiter }: Fields): PathDiagnostic[] {
  const findings: PathDiagnostic[] = [];
  const ends = onEnd === 'stop' || onEnd === 'fail';
  if (ends && order === 'random') {
    const message = `\`${onEnd}\` has no effect: rows that are drawn at random are never used up`;
    findings.push({ path: [...path, 'on_end'], message, hint: 'use `"order": "shuffle"`' });
  } else if (ends && per === 'user') {
    const message = `\`${onEnd}\` has no effect: a user keeps its row`;
    findings.push({
      path: [...path, 'on_end'],
      message,
      hint: 'leave it out; give the file as many rows as there are users',
    });
  }
  if (delimiter !== undefined && /\.(?:ndjson|jsonl)$/i.test(String(file))) {
    const message = '`delimiter` has no effect: the rows are JSON';
    findings.push({ path: [...path, 'delimiter'], part: 'key', message, hint: 'leave it out' });
  }
  return findings;
}

/** Checks that rows of an iteration or a user are used in scenarios only. */
function checkUse(file: unknown, path: Path, { name, per }: Fields): PathDiagnostic[] {
  if (per !== 'iteration' && per !== 'user') return [];
  const isUsedIn = (value: unknown): boolean =>
    [`#${String(name)}.`, `(${String(name)}.`].some((tag) => JSON.stringify(value ?? null).includes(tag));
  const others = jobsOf(file).filter(({ fields: { type } }) => type !== 'scenario' && type !== 'sleep');
  const isShared = isUsedIn(asObject(file)?.['http']);
  const job = others.find(({ fields }) => isShared || isUsedIn(fields));
  const schema = schemasOf(file).find(({ fields }) => isUsedIn(fields['schema'] ?? fields['template']));
  const at = [...path, 'per'];
  const hint = 'use `"per": "request"`';
  if (job !== undefined) {
    const message = `\`${per}\` is for scenarios, and ${formatPath(job.path)}, which uses its rows, is not one`;
    return [{ path: at, message, hint }];
  }
  if (schema === undefined) return [];
  const message = `\`${per}\` has no meaning in a document, whose number selects the row: ${formatPath(schema.path)} uses it`;
  return [{ path: at, message, hint }];
}
