import { createHash } from 'node:crypto';
import { integersBetween, streamKey } from '../../shared/random.ts';
import { plainTag, type Prose, type Renderer, type TagDefinition, takesLength } from '../tag.ts';

export const textTag: TagDefinition = {
  written: ['#text(n)'],
  type: 'text',
  meaning: 'English words, `n` characters in all; the last word may be truncated.',
  takes: takesLength,
  words: 'prose',
  isSized: true,
  compile: (key, { vocabulary }, [length]) => plainTag(texts(key, Number(length), vocabulary.prose)),
};

/** Text of words with an exact number of characters, cut out of prose; the last word may be truncated. */
function texts(key: number, length: number, { text, starts }: Prose): Renderer {
  // Repeated, so that a text may start near the end.
  const long = text.repeat(1 + Math.ceil(length / text.length));
  const place = integersBetween(key, 0, starts.length - 1);
  return (number) => {
    const start = starts[place(number)]!; // the draw is an index
    const cut = long.slice(start, start + length);
    return cut.endsWith(' ') ? `${cut.slice(0, -1)}.` : cut;
  };
}

export const bytesTag: TagDefinition = {
  written: ['#bytes(n)'],
  type: 'text',
  meaning: '`n` random bytes in base64.',
  takes: takesLength,
  isSized: true,
  compile: (key, _, [count]) => plainTag(bytes(key, Number(count))),
};

/** Number of 4-character groups (3 bytes each) in the base64 text that all values are cut from. */
const GROUPS = 16_384;

/** A number of random bytes in base64: complete groups, then the remainder. */
function bytes(key: number, count: number): Renderer {
  const groups = Math.floor(count / 3);
  const body = randomBytes(key, (GROUPS + groups) * 3).toString('base64');
  const place = integersBetween(key, 0, GROUPS - 1);
  const tail = tails(streamKey(key, 'tail'), count % 3);
  return (number) => {
    const start = place(number) * 4;
    return body.slice(start, start + groups * 4) + tail(number);
  };
}

/** One or two bytes in base64, from a table. */
function tails(key: number, count: number): Renderer {
  if (count === 0) return () => '';
  const source = randomBytes(key, 256 * count);
  const table = Array.from({ length: 256 }, (_, index) =>
    source.subarray(index * count, (index + 1) * count).toString('base64'),
  );
  const place = integersBetween(key, 0, table.length - 1);
  return (number) => table[place(number)]!; // the draw is an index
}

/** Deterministic bytes derived from the key with an extendable-output hash. */
function randomBytes(key: number, count: number): Buffer {
  return createHash('shake256', { outputLength: count }).update(String(key)).digest();
}
