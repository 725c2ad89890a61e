import { integersBetween, streamKey } from '../shared/random.ts';
import type { Prose, Vocabulary } from './tag.ts';
import { wordsOf } from './tags.ts';

/**
 * Loads the English word lists of faker. A draw by number costs about 20 ns; faker's functions take microseconds and
 * depend on the order of calls. Loading takes about 30 ms, so lists are loaded only for templates that use them.
 * @param templates any value that contains a job's templates
 */
export async function loadVocabulary(templates: unknown): Promise<Vocabulary> {
  const names = [...JSON.stringify(templates).matchAll(/#(?:raw\(\s*#?)?([a-z_]+)/g)].map(([, name = '']) => name);
  const used = new Set(names.map(wordsOf));
  if (!used.has('lists') && !used.has('prose')) return NO_WORDS;
  const { faker } = await import('@faker-js/faker/locale/en');
  const { word, person } = faker.rawDefinitions;
  const { first_name: first, last_name: last, prefix } = person ?? {};
  const male = listOf(first?.male);
  const female = listOf(first?.female);
  const words = listOf(word?.adjective, word?.noun, word?.verb);
  return {
    words,
    firstNames: listOf(first?.generic, male, female),
    maleNames: male,
    femaleNames: female,
    lastNames: listOf(last?.generic),
    maleTitles: listOf(prefix?.generic, prefix?.male),
    femaleTitles: listOf(prefix?.generic, prefix?.female),
    prose: used.has('prose') ? proseOf(words) : NO_WORDS.prose,
  };
}

type Words = readonly (string | null)[] | null | undefined;

/** Distinct ASCII words of some lists, suitable for e-mail addresses. */
function listOf(...lists: readonly Words[]): string[] {
  const words = lists.flatMap((list) => list ?? []).filter((word) => word !== null);
  return [...new Set(words.filter((word) => /^[A-Za-z][A-Za-z.' -]*$/.test(word)))];
}

/** Sufficient for about 30,000 different texts. */
const PROSE_LENGTH = 262_144;

function proseOf(words: readonly string[]): Prose {
  const draw = integersBetween(streamKey('prose'), 0, words.length - 1);
  const starts: number[] = [];
  const chosen: string[] = [];
  for (let length = 0; length < PROSE_LENGTH;) {
    const word = words[draw(starts.length)]!; // the draw is an index
    starts.push(length);
    chosen.push(word);
    length += word.length + 1;
  }
  return { text: `${chosen.join(' ')} `, starts };
}

const NO_WORDS: Vocabulary = {
  words: [],
  firstNames: [],
  maleNames: [],
  femaleNames: [],
  lastNames: [],
  maleTitles: [],
  femaleTitles: [],
  prose: { text: ' ', starts: [0] },
};
