import { z } from 'zod';
import { optional, required } from './field.ts';
import { integer, text } from './values.ts';

/** Keeps the count of existing and written documents below 2^53, the largest exact integer. */
const MAX_EXISTING = 1e12;

const template = z.record(z.string(), z.unknown());
const notes = {
  description: 'The document, with [template tags](#template-tags) in its texts.',
  examples: [{ _id: '#id', name: '#string', age: '#int(18,99)' }],
};

/** An entry of `schemas`: template and location of documents. */
export const documentSchema = z
  .strictObject({
    name: required(text, { description: 'Name that jobs refer to; unique in the file.', examples: ['user'] }),
    database: optional(text, {
      description: 'Database of jobs that name none themselves. HTTP has none.',
      without: 'none',
      examples: ['load_test'],
    }),
    collection: optional(text, {
      description: 'Collection, table or resource of jobs that name none themselves.',
      without: 'each job names its own',
      examples: ['users'],
    }),
    schema: optional(template, { ...notes, without: 'given as `template`' }),
    template: optional(template, { ...notes, description: 'Another name for `schema`.', without: 'given as `schema`' }),
    existing: optional(integer(0, MAX_EXISTING), {
      description:
        'How many documents an earlier run wrote to the collection with this schema, 0 to 1000000000000: reads and updates aim at them, writes continue after them. 0 is for the run that writes them. See [Existing documents](#existing-documents).',
      without: 'the collection is empty, or its documents do not matter',
      examples: [10_000],
    }),
    save: optional(z.array(text), {
      description:
        'Fields that requests may refer to as `#field`, to find documents written earlier; `address.city` for one within another.',
      default: [],
      examples: [['name', 'address.city']],
    }),
  })
  .meta({
    id: 'schema',
    description: 'A document template and where its documents live.',
    oneOf: [{ required: ['schema'] }, { required: ['template'] }],
  });

/** An entry of `schemas`, before defaults. */
export type DocumentEntry = z.infer<typeof documentSchema>;
