import { hex16, hex32 } from './hex.ts';
import { draw32, integersBetween, streamKey } from './random.ts';

/** Renders text for a number: that of a document, or of a ticket. */
export type Renderer = (number: number) => string;

/** Where the values of a template's tags come from. */
export interface TagSource {
  /** Stream that all tags of the template derive theirs from. */
  readonly key: number;
  readonly id: Renderer;
  readonly now: () => string;
}

/** A compiled tag. What it renders needs no escaping in JSON. */
export interface Tag {
  readonly render: Renderer;
  /** Whether the value is a number, and so stands without quotes where the tag is all of a JSON string. */
  readonly numeric: boolean;
}

// `##` first, so that it is never read as the start of a tag. A name that goes on (`#identity`, `#id(3)`) is no tag.
const TAG = /##|#(?:(id|string|uuid|now)(?![\w(])|(int)\(\s*(-?\d+)\s*,\s*(-?\d+)\s*\))/g;

/**
 * Cuts a template's text into constants and tags: `#id #string #int(a,b) #uuid #now`.
 * `##` stands for one `#`; anything else that looks like a tag is plain text.
 * @param place what tells this text from the template's others: each place has its own random stream
 */
export function parseTags(text: string, source: TagSource, place: string): (string | Tag)[] {
  const pieces: (string | Tag)[] = [];
  let end = 0;
  for (const match of text.matchAll(TAG)) {
    if (match.index > end) pieces.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const name = (match[1] ?? match[2]) as keyof typeof COMPILERS | undefined;
    if (name === undefined) pieces.push('#');
    else {
      const key = streamKey(source.key, place, pieces.length);
      pieces.push(COMPILERS[name](key, source, Number(match[3]), Number(match[4])));
    }
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

type CompileTag = (key: number, source: TagSource, from: number, to: number) => Tag;

const COMPILERS = {
  id: (_, source) => ({ render: source.id, numeric: false }),
  string: (key) => ({ render: strings(key), numeric: false }),
  int: (key, _, from, to) => {
    const draw = integersBetween(key, Math.min(from, to), Math.max(from, to));
    return { render: (number) => String(draw(number)), numeric: true };
  },
  uuid: (key) => ({ render: uuids(key), numeric: false }),
  now: (_, source) => ({ render: source.now, numeric: false }),
} satisfies Record<string, CompileTag>;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Every pair of characters, so that a text of 16 takes 8 look-ups. */
const PAIRS = Array.from(ALPHABET, (first) => Array.from(ALPHABET, (second) => first + second)).flat();
const QUADS = PAIRS.length ** 2;

/** 16 letters and digits: 4 from each of 4 draws. */
function strings(key: number): Renderer {
  const keys = [0, 1, 2, 3].map((lane) => streamKey(key, lane));
  return (number) => {
    let text = '';
    for (const laneKey of keys) {
      const quad = Math.floor((draw32(laneKey, number) / 2 ** 32) * QUADS);
      // A quad is below the square of the table's length, so both parts are in the table.
      text += PAIRS[Math.floor(quad / PAIRS.length)]! + PAIRS[quad % PAIRS.length]!; // see above
    }
    return text;
  };
}

/** Random UUIDs with the version and variant bits of RFC 9562, section 5.4. */
function uuids(key: number): Renderer {
  const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((lane) => streamKey(key, lane));
  return (number) => {
    const second = draw32(b, number);
    const third = draw32(c, number);
    const version = hex16((second & 0x0fff) | 0x4000);
    const variant = hex16(((third >>> 16) & 0x3fff) | 0x8000);
    return `${hex32(draw32(a, number))}-${hex16(second >>> 16)}-${version}-${variant}-${hex16(third)}${hex32(draw32(d, number))}`;
  };
}
