import { TAGS, type TagName } from '../templates/split-template.ts';

/** Documentation of a template tag. */
export interface TagNote {
  /** Notations, including optional arguments. */
  readonly written: readonly string[];
  /** Type of its value when the tag is the entire text: `text`, `number`, ... */
  readonly type: string;
  readonly meaning: string;
}

const MEANINGS: Readonly<Record<TagName, readonly [type: string, meaning: string]>> = {
  id: ['text', 'The key of the document: 24 hexadecimal digits; no two documents have the same.'],
  _id: ['text', 'Another name for `#id`.'],
  sequence: [
    'number',
    'The number of the document in its collection, or of the request in its job outside documents; starts at 1 or `from`.',
  ],
  string: ['text', 'Random letters and digits, 16 or `n` of them.'],
  text: ['text', 'English words, `n` characters in all; the last word may be truncated.'],
  bytes: ['text', '`n` random bytes in base64.'],
  int: ['number', 'A whole number from `a` to `b`, both included.'],
  float: ['number', 'A number from `a` up to `b`, with a number of decimals from 0 to 15, if given.'],
  bool: ['true or false', 'true or false with equal probability.'],
  pick: [
    'text or number',
    'One of the choices with equal probability; a number if all choices are numbers. A choice cannot hold a comma or a bracket.',
  ],
  date: [
    'text',
    'A day such as `2024-05-06`, from 2000 to 2024 or between two, both included; a moment in ISO 8601 if one of the two is a moment such as `2024-05-06T07:08:09Z`.',
  ],
  now: ['text', 'The time in ISO 8601, UTC, with milliseconds: the only tag that does not depend on the seed.'],
  uuid: ['text', 'A random UUID, version 4.'],
  word: ['text', 'An English word.'],
  email: ['text', 'An e-mail address at example.com, .net or .org; no two documents have the same.'],
  username: ['text', 'Like `jane_doe42`; no two documents have the same.'],
  password: ['text', 'Random letters and digits, 16 or `n` of them.'],
  name: ['text', 'First and last name.'],
  first_name: ['text', 'A first name.'],
  first_name_male: ['text', "A man's first name."],
  first_name_female: ['text', "A woman's first name."],
  last_name: ['text', 'A last name.'],
  title_male: ['text', '`Mr.` or `Dr.`.'],
  title_female: ['text', '`Mrs.`, `Ms.`, `Miss` or `Dr.`.'],
  phone_number: ['text', 'Like `201-555-0123`.'],
};

/** Every template tag, in the order of the documentation. */
export const TAG_NOTES: readonly TagNote[] = Object.entries(TAGS).map(([name, { written }]) => {
  const [type, meaning] = MEANINGS[name as TagName];
  return { written, type, meaning };
});

/** Tags as shown in messages, in the most helpful form of each, without the alias of `#id`. */
export const TEMPLATE_TAGS: readonly string[] = Object.entries(TAGS)
  .filter(([name]) => name !== '_id')
  .map(([name, { written }]) => written.at(-1) ?? `#${name}`);
