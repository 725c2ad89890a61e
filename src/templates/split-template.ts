import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { isTagName, type TagName, TAGS } from './tags.ts';

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
