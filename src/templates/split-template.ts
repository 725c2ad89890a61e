import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
/** Whether the arguments of a tag are valid; `undefined`: no brackets. */
type Takes = (args: readonly string[] | undefined) => boolean;

/** A tag of the template language. */
interface TagForm {
  /** Syntax, including optional arguments. */
  readonly written: readonly string[];
  readonly takes: Takes;
}

/** Maximum length of generated text, so that a few such fields fit into one request. */
const MAX_LENGTH = 1024 ** 2;

const none: Takes = (args) => args === undefined;
const plain = (name: string): TagForm => ({ written: [`#${name}`], takes: none });

/** All tags by name; used by validation, generation and documentation. */
export const TAGS = {
  id: plain('id'),
  /** Used for the document key in the original format's example. */
  _id: plain('_id'),
  sequence: {
    written: ['#sequence', '#sequence(from)'],
    takes: optional((args) => counts(args, 1) && args.every(isInteger)),
  },
  string: { written: ['#string', '#string(n)'], takes: optional((args) => counts(args, 1) && args.every(isLength)) },
  text: { written: ['#text(n)'], takes: (args) => counts(args, 1) && args.every(isLength) },
  bytes: { written: ['#bytes(n)'], takes: (args) => counts(args, 1) && args.every(isLength) },
  int: { written: ['#int(a,b)'], takes: (args) => counts(args, 2) && args.every(isInteger) },
  float: {
    written: ['#float(a,b)', '#float(a,b,decimals)'],
    takes: (args) => args !== undefined && args.slice(0, 2).every(isDecimal) && (counts(args, 2) || isRounded(args)),
  },
  bool: plain('bool'),
  pick: { written: ['#pick(a,b,...)'], takes: (args) => args !== undefined && args.every((choice) => choice !== '') },
  date: { written: ['#date', '#date(from,to)'], takes: optional((args) => counts(args, 2) && args.every(isDate)) },
  now: plain('now'),
  uuid: plain('uuid'),
  word: plain('word'),
  email: plain('email'),
  username: plain('username'),
  password: {
    written: ['#password', '#password(n)'],
    takes: optional((args) => counts(args, 1) && args.every(isLength)),
  },
  name: plain('name'),
  first_name: plain('first_name'),
  first_name_male: plain('first_name_male'),
  first_name_female: plain('first_name_female'),
  last_name: plain('last_name'),
  title_male: plain('title_male'),
  title_female: plain('title_female'),
  phone_number: plain('phone_number'),
} as const satisfies Record<string, TagForm>;

export type TagName = keyof typeof TAGS;

/** Part of a template with a value for every request. */
export type ValuePart =
  | { readonly kind: 'tag'; readonly name: TagName; readonly args: readonly string[]; readonly text: string }
  /** A named value of the workload: a saved field, or a feeder's column. */
  | { readonly kind: 'named'; readonly name: string; readonly text: string };

/** Part of a template's text. */
export type TemplatePart =
  | ValuePart
  | { readonly kind: 'text'; readonly text: string }
  /** `#raw(tag)`: value of the inner tag, inserted without escaping. */
  | { readonly kind: 'raw'; readonly of: ValuePart; readonly text: string }
  /** Invalid tag: its `name` is unknown, or its arguments are invalid. */
  | { readonly kind: 'fault'; readonly name: string; readonly text: string };

const TAG = /##|#([A-Za-z_]\w*)((?:\.\w+)*)/g;
const ARGUMENTS = /\(([^()]*)\)?/y;

/** Name of the modifier that inserts a value without escaping. */
export const RAW = 'raw';
const RAW_ARGUMENT = /\(\s*#?([A-Za-z_][\w.]*(?:\([^()]*\))?)\s*\)/y;

/**
 * Splits a text into constants and tags. `##` is a literal `#`, and so is a `#` that no name follows.
 * @param isNamed whether a name such as `name` or `users.email` has a value; takes precedence over a tag
 */
export function splitTemplate(text: string, isNamed: (name: string) => boolean): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  const push = (from: number, part: TemplatePart): void => {
    if (from > end) parts.push({ kind: 'text', text: text.slice(end, from) });
    parts.push(part);
    end = from + part.text.length;
  };
  for (const match of text.matchAll(TAG)) {
    const { index } = match;
    if (index < end) continue; // inside the arguments of the previous tag
    const [whole, first, further = ''] = match;
    if (first === undefined) {
      push(index, { kind: 'text', text: '#' });
      end = index + whole.length;
      continue;
    }
    const named = longestNamed(first + further, isNamed);
    if (named !== undefined) push(index, { kind: 'named', name: named, text: `#${named}` });
    else push(index, (first === RAW ? rawAt(text, index, isNamed) : undefined) ?? tagAt(text, index, first));
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
  return parts;
}

/** A name of several levels, each of the maximum length: `feeder.column`, or a nested field. */
const NAMED_FORM = new RegExp(
  String.raw`^\w{1,${WORKLOAD_LIMITS.nameCharacters}}(?:\.\w{1,${WORKLOAD_LIMITS.nameCharacters}}){0,${WORKLOAD_LIMITS.savedLevels - 1}}`,
);

/** `users.email` of `users.email.de`: the rest is text. */
function longestNamed(dotted: string, isNamed: (name: string) => boolean): string | undefined {
  // Limits the length: trying each prefix of 60,000 dots would take seconds.
  let [name = ''] = NAMED_FORM.exec(dotted) ?? [];
  if (name.length < dotted.length && dotted[name.length] !== '.') name = withoutLast(name);
  for (; name !== ''; name = withoutLast(name)) if (isNamed(name)) return name;
  return undefined;
}

function withoutLast(dotted: string): string {
  return dotted.slice(0, Math.max(0, dotted.lastIndexOf('.')));
}

/** Parses `#raw(tag)`; `undefined` if the content is not exactly one tag. */
function rawAt(text: string, index: number, isNamed: (name: string) => boolean): TemplatePart | undefined {
  RAW_ARGUMENT.lastIndex = index + 1 + RAW.length;
  const [written, inside] = RAW_ARGUMENT.exec(text) ?? [];
  if (written === undefined || inside === undefined) return undefined;
  const [of, ...more] = splitTemplate(`#${inside}`, isNamed);
  if (of === undefined || more.length > 0 || (of.kind !== 'tag' && of.kind !== 'named')) return undefined;
  return { kind: 'raw', of, text: `#${RAW}${written}` };
}

function tagAt(text: string, index: number, name: string): TemplatePart {
  ARGUMENTS.lastIndex = index + 1 + name.length;
  const [brackets = '', inside] = ARGUMENTS.exec(text) ?? [];
  const written = `#${name}${brackets}`;
  if (!isTagName(name)) return { kind: 'fault', name, text: `#${name}` };
  const args = inside?.split(',').map((arg) => arg.trim());
  const isClosed = brackets === '' || brackets.endsWith(')');
  if (!isClosed || !TAGS[name].takes(args)) return { kind: 'fault', name, text: written };
  return { kind: 'tag', name, args: args ?? [], text: written };
}

function isTagName(name: string): name is TagName {
  return Object.hasOwn(TAGS, name);
}

function optional(takes: (args: readonly string[]) => boolean): Takes {
  return (args) => args === undefined || takes(args);
}

function counts(args: readonly string[] | undefined, count: number): args is readonly string[] {
  return args?.length === count;
}

function isInteger(arg: string): boolean {
  return /^-?\d+$/.test(arg) && Number.isSafeInteger(Number(arg));
}

function isDecimal(arg: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(arg);
}

function isLength(arg: string): boolean {
  return /^[1-9]\d*$/.test(arg) && Number(arg) <= MAX_LENGTH;
}

function isRounded(args: readonly string[]): boolean {
  return args.length === 3 && /^(\d|1[0-5])$/.test(args[2] ?? '');
}

/** A day, or a moment with a time zone: `2024-05-06`, `2024-05-06T07:08:09Z`. */
function isDate(arg: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(arg) && !Number.isNaN(Date.parse(arg))
  );
}
