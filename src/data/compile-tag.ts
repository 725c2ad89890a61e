import type { Json } from '../shared/json.ts';
import type { TagName } from '../templates/split-template.ts';
import { draw32, streamKey } from '../shared/random.ts';
import type { TagSource } from '../templates/tag-source.ts';
import { listTag, plainTag, type Tag, unreservedTag, valueTag } from '../templates/tag.ts';
import { strings, uuids } from '../templates/tags/characters.ts';
import { dates } from '../templates/tags/dates.ts';
import { bytes, texts } from '../templates/tags/filler.ts';
import { booleans, floats, integers } from '../templates/tags/numbers.ts';
import { emails, fullNames, oneOf, phoneNumbers, usernames } from '../templates/tags/people.ts';

type Compile = (key: number, source: TagSource, args: readonly string[]) => Tag;

const DEFAULT_LENGTH = 16;

const COMPILERS: Readonly<Record<TagName, Compile>> = {
  id: (_, source) => unreservedTag(source.id),
  _id: (_, source) => unreservedTag(source.id),
  sequence: (_, { ordinal }, [from = '1']) => {
    const first = Number(from);
    return valueTag((number) => first + ordinal(number));
  },
  string: (key, _, [length = DEFAULT_LENGTH]) => unreservedTag(strings(key, Number(length))),
  password: (key, _, [length = DEFAULT_LENGTH]) => unreservedTag(strings(key, Number(length))),
  text: (key, { vocabulary }, [length]) => plainTag(texts(key, Number(length), vocabulary.prose)),
  bytes: (key, _, [count]) => plainTag(bytes(key, Number(count))),
  int: (key, _, [a, b]) => integers(key, Number(a), Number(b)),
  float: (key, _, [a, b, decimals]) =>
    floats(key, Number(a), Number(b), decimals === undefined ? undefined : Number(decimals)),
  bool: (key) => booleans(key),
  pick: (key, _, choices) => {
    const values = choicesOf(choices);
    return listTag(values, (number) => draw32(key, number) % values.length);
  },
  date: (key, _, bounds) => plainTag(dates(key, bounds)),
  now: (_, { now }) => plainTag(now),
  uuid: (key) => unreservedTag(uuids(key)),
  word: (key, { vocabulary }) => plainTag(oneOf(key, vocabulary.words)),
  email: (key, { vocabulary, unique }) => plainTag(emails(key, vocabulary, unique)),
  username: (key, { vocabulary, unique }) => plainTag(usernames(key, vocabulary, unique)),
  name: (key, { vocabulary }) => plainTag(fullNames(key, vocabulary)),
  first_name: (key, { vocabulary }) => plainTag(oneOf(key, vocabulary.firstNames)),
  first_name_male: (key, { vocabulary }) => plainTag(oneOf(key, vocabulary.maleNames)),
  first_name_female: (key, { vocabulary }) => plainTag(oneOf(key, vocabulary.femaleNames)),
  last_name: (key, { vocabulary }) => plainTag(oneOf(key, vocabulary.lastNames)),
  title_male: (key, { vocabulary }) => plainTag(oneOf(key, vocabulary.maleTitles)),
  title_female: (key, { vocabulary }) => plainTag(oneOf(key, vocabulary.femaleTitles)),
  phone_number: (key) => plainTag(phoneNumbers(key)),
};

/**
 * Compiles a tag.
 * @param place path of the tag within the template; each place has a separate random stream
 */
export function compileTag(
  name: TagName,
  args: readonly string[],
  source: TagSource,
  place: readonly (number | string)[],
): Tag {
  return COMPILERS[name](streamKey(source.key, ...place), source, args);
}

/** Choices are numbers if all of them are numeric, else text. */
function choicesOf(choices: readonly string[]): readonly Json[] {
  const areNumbers = choices.every((choice) => /^-?(0|[1-9]\d*)(\.\d+)?$/.test(choice));
  return areNumbers ? choices.map(Number) : choices;
}
