import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { optional, required, text } from '../values.ts';

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
