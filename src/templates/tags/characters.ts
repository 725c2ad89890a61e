import { draw32, streamKey, writeHex } from '../../shared/random.ts';
import { optional, type Renderer, type TagDefinition, takesLength, takesNone, unreservedTag } from '../tag.ts';

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'latin1');
const LETTERS = ALPHABET.length;
/** Letters from one draw: 62^5 is the highest power below 2^32. */
const PER_DRAW = 5;
const FIVES = LETTERS ** PER_DRAW;

export const idTag: TagDefinition = {
  written: ['#id'],
  type: 'text',
  meaning: 'The key of the document: 24 hexadecimal digits; no two documents have the same.',
  takes: takesNone,
  compile: (_, source) => unreservedTag(source.id),
};

const DEFAULT_LENGTH = 16;

export const stringTag: TagDefinition = {
  written: ['#string', '#string(n)'],
  type: 'text',
  meaning: 'Random letters and digits, 16 or `n` of them.',
  takes: optional(takesLength),
  isSized: true,
  compile: (key, _, [length = DEFAULT_LENGTH]) => unreservedTag(strings(key, Number(length))),
};

/** Letters and digits. */
function strings(key: number, length: number): Renderer {
  const keys = Array.from({ length: Math.ceil(length / PER_DRAW) }, (_, lane) => streamKey(key, lane));
  const scratch = Buffer.alloc(length);
  return (number) => {
    let at = 0;
    for (const laneKey of keys) {
      let rest = Math.floor((draw32(laneKey, number) / 2 ** 32) * FIVES);
      for (const end = Math.min(at + PER_DRAW, length); at < end; at++) {
        scratch[at] = ALPHABET[rest % LETTERS]!; // a remainder is an index
        rest = (rest / LETTERS) | 0;
      }
    }
    return scratch.toString('latin1');
  };
}

export const uuidTag: TagDefinition = {
  written: ['#uuid'],
  type: 'text',
  meaning: 'A random UUID, version 4.',
  takes: takesNone,
  compile: (key) => unreservedTag(uuids(key)),
};

/** Random UUIDs with the version and variant bits of RFC 9562, section 5.4. */
function uuids(key: number): Renderer {
  const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((lane) => streamKey(key, lane));
  const scratch = Buffer.from('00000000-0000-4000-8000-000000000000', 'latin1');
  return (number) => {
    const second = draw32(b, number);
    const third = draw32(c, number);
    writeHex(scratch, 0, draw32(a, number), 8);
    writeHex(scratch, 9, second >>> 16, 4);
    writeHex(scratch, 15, second, 3);
    writeHex(scratch, 19, ((third >>> 16) & 0x3fff) | 0x8000, 4);
    writeHex(scratch, 24, third, 4);
    writeHex(scratch, 28, draw32(d, number), 8);
    return scratch.toString('latin1');
  };
}
