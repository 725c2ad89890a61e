import { z } from 'zod';
import { optional, required, integer, text } from '../values.ts';

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
      description: 'Default database of jobs. Not used over HTTP.',
      without: 'none',
      examples: ['load_test'],
    }),
    collection: optional(text, {
      description: 'Default collection, table or resource of jobs.',
      without: 'each job sets one',
      examples: ['users'],
    }),
    schema: optional(template, { ...notes, without: 'given as `template`' }),
    template: optional(template, { ...notes, description: 'Alias of `schema`.', without: 'given as `schema`' }),
    existing: optional(integer(0, MAX_EXISTING), {
      description:
        'Number of documents that an earlier run wrote to the collection with this schema, 0 to 1000000000000: reads and updates select from them, writes continue after them. Use 0 for the run that writes them. See [Existing documents](#existing-documents).',
      without: 'the collection is empty, or its documents are not used',
      examples: [10_000],
    }),
    save: optional(z.array(text), {
      description:
        'Fields that requests may refer to as `#field`, to find documents written earlier; `address.city` for a nested field.',
      default: [],
      examples: [['name', 'address.city']],
    }),
  })
  .meta({
    id: 'schema',
    description: 'A document template and the location of its documents.',
    oneOf: [{ required: ['schema'] }, { required: ['template'] }],
  });

/** An entry of `schemas`, before defaults. */
export type DocumentEntry = z.infer<typeof documentSchema>;
