import { draw32, streamKey } from '../../shared/random.ts';
import { plainTag, type Renderer, type TagDefinition, takesNone, type Vocabulary } from '../tag.ts';

/** A word of a list. */
function listed(name: string, meaning: string, listOf: (vocabulary: Vocabulary) => readonly string[]): TagDefinition {
  return {
    written: [`#${name}`],
    type: 'text',
    meaning,
    takes: takesNone,
    words: 'lists',
    compile: (key, { vocabulary }) => plainTag(oneOf(key, listOf(vocabulary))),
  };
}

export const wordTag = listed('word', 'An English word.', ({ words }) => words);
export const firstNameTag = listed('first_name', 'A first name.', ({ firstNames }) => firstNames);
export const firstNameMaleTag = listed('first_name_male', "A man's first name.", ({ maleNames }) => maleNames);
export const firstNameFemaleTag = listed(
  'first_name_female',
  "A woman's first name.",
  ({ femaleNames }) => femaleNames,
);
export const lastNameTag = listed('last_name', 'A last name.', ({ lastNames }) => lastNames);
export const titleMaleTag = listed('title_male', '`Mr.` or `Dr.`.', ({ maleTitles }) => maleTitles);
export const titleFemaleTag = listed(
  'title_female',
  '`Mrs.`, `Ms.`, `Miss` or `Dr.`.',
  ({ femaleTitles }) => femaleTitles,
);

/** Picks a word for each number. */
function oneOf(key: number, words: readonly string[]): Renderer {
  // Modulo bias is negligible: the lists are far shorter than 2^32.
  return (number) => words[draw32(key, number) % words.length]!; // a remainder is an index
}

export const nameTag: TagDefinition = {
  written: ['#name'],
  type: 'text',
  meaning: 'First and last name.',
  takes: takesNone,
  words: 'lists',
  compile: (key, { vocabulary }) => plainTag(fullNames(key, vocabulary)),
};

/** First and last name. */
function fullNames(key: number, { firstNames, lastNames }: Vocabulary): Renderer {
  const first = oneOf(streamKey(key, 'first'), firstNames);
  const last = oneOf(streamKey(key, 'last'), lastNames);
  return (number) => `${first(number)} ${last(number)}`;
}

export const usernameTag: TagDefinition = {
  written: ['#username'],
  type: 'text',
  meaning: 'Like `jane_doe42`; no two documents have the same.',
  takes: takesNone,
  words: 'lists',
  compile: (key, { vocabulary, unique }) => plainTag(usernames(key, vocabulary, unique)),
};

/** `jane_doe42`: names alone would repeat, so a unique suffix follows. */
function usernames(key: number, vocabulary: Vocabulary, unique: Renderer): Renderer {
  const handle = handles(key, vocabulary, '_');
  return (number) => handle(number) + unique(number);
}

export const emailTag: TagDefinition = {
  written: ['#email'],
  type: 'text',
  meaning: 'An e-mail address at example.com, .net or .org; no two documents have the same.',
  takes: takesNone,
  words: 'lists',
  compile: (key, { vocabulary, unique }) => plainTag(emails(key, vocabulary, unique)),
};

/** Reserved domains: RFC 2606, section 3. */
const DOMAINS = ['@example.com', '@example.net', '@example.org'];

/** `jane.doe42@example.com`: unique and undeliverable. */
function emails(key: number, vocabulary: Vocabulary, unique: Renderer): Renderer {
  const handle = handles(key, vocabulary, '.');
  const domain = oneOf(streamKey(key, 'domain'), DOMAINS);
  return (number) => handle(number) + unique(number) + domain(number);
}

function handles(key: number, { firstNames, lastNames }: Vocabulary, between: string): Renderer {
  const first = oneOf(streamKey(key, 'first'), firstNames.map(simplify));
  const last = oneOf(streamKey(key, 'last'), lastNames.map(simplify));
  return (number) => first(number) + between + last(number);
}

function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}

export const phoneNumberTag: TagDefinition = {
  written: ['#phone_number'],
  type: 'text',
  meaning: 'Like `201-555-0123`.',
  takes: takesNone,
  compile: (key) => plainTag(phoneNumbers(key)),
};

/** `201-555-0123`; area and exchange start with 2 to 9, as in North America. */
function phoneNumbers(key: number): Renderer {
  const [area = 0, exchange = 0, line = 0] = ['area', 'exchange', 'line'].map((part) => streamKey(key, part));
  return (number) => {
    const first = 200 + (draw32(area, number) % 800);
    const second = 200 + (draw32(exchange, number) % 800);
    const rest = draw32(line, number) % 10_000;
    return `${first}-${second}-${FOUR_DIGITS[rest]}`;
  };
}

const FOUR_DIGITS = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0'));
