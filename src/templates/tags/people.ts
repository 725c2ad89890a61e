import { draw32, streamKey } from '../../shared/random.ts';
import type { Renderer } from '../tag.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** Picks a word for each number. */
export function oneOf(key: number, words: readonly string[]): Renderer {
  // Modulo bias is negligible: the lists are far shorter than 2^32.
  return (number) => words[draw32(key, number) % words.length]!; // a remainder is an index
}

/** First and last name. */
export function fullNames(key: number, { firstNames, lastNames }: Vocabulary): Renderer {
  const first = oneOf(streamKey(key, 'first'), firstNames);
  const last = oneOf(streamKey(key, 'last'), lastNames);
  return (number) => `${first(number)} ${last(number)}`;
}

/** `jane_doe42`: names alone would repeat, so a unique suffix follows. */
export function usernames(key: number, vocabulary: Vocabulary, unique: Renderer): Renderer {
  const handle = handles(key, vocabulary, '_');
  return (number) => handle(number) + unique(number);
}

/** Reserved domains: RFC 2606, section 3. */
const DOMAINS = ['@example.com', '@example.net', '@example.org'];

/** `jane.doe42@example.com`: unique and undeliverable. */
export function emails(key: number, vocabulary: Vocabulary, unique: Renderer): Renderer {
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

/** `201-555-0123`; area and exchange start with 2 to 9, as in North America. */
export function phoneNumbers(key: number): Renderer {
  const [area = 0, exchange = 0, line = 0] = ['area', 'exchange', 'line'].map((part) => streamKey(key, part));
  return (number) => {
    const first = 200 + (draw32(area, number) % 800);
    const second = 200 + (draw32(exchange, number) % 800);
    const rest = draw32(line, number) % 10_000;
    return `${first}-${second}-${FOUR_DIGITS[rest]}`;
  };
}

const FOUR_DIGITS = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0'));
