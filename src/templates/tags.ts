import type { TagDefinition } from './tag.ts';
import { idTag, stringTag, uuidTag } from './tags/characters.ts';
import { dateTag, nowTag } from './tags/dates.ts';
import { exponentialTag, normalTag, zipfianTag } from './tags/distributions.ts';
import { bytesTag, textTag } from './tags/filler.ts';
import { boolTag, floatTag, intTag, pickTag, sequenceTag } from './tags/numbers.ts';
import * as people from './tags/people.ts';

/**
 * All template tags by name, in the order of the documentation. Validation, generation, word lists and documentation
 * read it.
 */
export const TAGS = {
  id: idTag,
  /** Used for the document key in the original format's example. */
  _id: { ...idTag, written: ['#_id'], meaning: 'Another name for `#id`.' },
  sequence: sequenceTag,
  string: stringTag,
  text: textTag,
  bytes: bytesTag,
  int: intTag,
  zipfian: zipfianTag,
  normal: normalTag,
  exponential: exponentialTag,
  float: floatTag,
  bool: boolTag,
  pick: pickTag,
  date: dateTag,
  now: nowTag,
  uuid: uuidTag,
  word: people.wordTag,
  email: people.emailTag,
  username: people.usernameTag,
  password: { ...stringTag, written: ['#password', '#password(n)'] },
  name: people.nameTag,
  first_name: people.firstNameTag,
  first_name_male: people.firstNameMaleTag,
  first_name_female: people.firstNameFemaleTag,
  last_name: people.lastNameTag,
  title_male: people.titleMaleTag,
  title_female: people.titleFemaleTag,
  phone_number: people.phoneNumberTag,
} as const satisfies Readonly<Record<string, TagDefinition>>;

export type TagName = keyof typeof TAGS;

/** Tags as shown in messages, in the most helpful form of each, without the alias of `#id`. */
export const TEMPLATE_TAGS: readonly string[] = Object.entries(TAGS)
  .filter(([name]) => name !== '_id')
  .map(([name, { written }]) => written.at(-1) ?? `#${name}`);

/** Whether a tag has this name. */
export function isTagName(name: string): name is TagName {
  return Object.hasOwn(TAGS, name);
}

/** Word lists that a tag uses; `undefined`: none, or not a tag. */
export function wordsOf(name: string): TagDefinition['words'] {
  const tag: TagDefinition | undefined = isTagName(name) ? TAGS[name] : undefined;
  return tag?.words;
}

/** Names of the tags whose argument is the length of their text. */
export const SIZED_TAGS: readonly string[] = Object.entries<TagDefinition>(TAGS).flatMap(([name, { isSized }]) =>
  isSized === true ? [name] : [],
);
