import type { Json } from '../shared/json.ts';

/** Description of a template tag: a row of the table of tags. */
export interface TagDefinition {
  /** Notations, including optional arguments. */
  readonly written: readonly string[];
  /** Type of its value when the tag is the entire text: `text`, `number`, ... */
  readonly type: string;
  readonly meaning: string;
  /** Whether the arguments are valid; `undefined`: no brackets. */
  readonly takes: (args: readonly string[] | undefined) => boolean;
  /** Word lists or prose that its values come from; absent: none. They are loaded only for templates that use them. */
  readonly words?: 'lists' | 'prose';
  /** Whether its argument is the length of its text. */
  readonly isSized?: true;
  /**
   * Compiles the tag.
   * @param key random stream of its place in the template
   */
  readonly compile: (key: number, source: TagSource, args: readonly string[]) => Tag;
}

/** Sources of a template's tag values. */
export interface TagSource {
  /** Random stream from which all tags of the template derive their streams. */
  readonly key: number;
  readonly id: Renderer;
  /** Returns the ordinal of a number in the collection or job, from 0. */
  readonly ordinal: (number: number) => number;
  /** Renders letters and digits that are unique for the number in the run; makes e-mail addresses unique. */
  readonly unique: Renderer;
  readonly now: () => string;
  readonly vocabulary: Vocabulary;
  /** Saved fields and feeder columns, by the name after the `#`. */
  readonly named: ReadonlyMap<string, () => Tag>;
}

/** Word lists of fake data. */
export interface Vocabulary {
  readonly words: readonly string[];
  readonly firstNames: readonly string[];
  readonly maleNames: readonly string[];
  readonly femaleNames: readonly string[];
  readonly lastNames: readonly string[];
  readonly maleTitles: readonly string[];
  readonly femaleTitles: readonly string[];
  readonly prose: Prose;
}

/** Consecutive words, each followed by a blank; texts are cut from it. */
export interface Prose {
  readonly text: string;
  /** Start index of each word. */
  readonly starts: readonly number[];
}

/** Renders text for a document or ticket number. */
export type Renderer = (number: number) => string;

/** A compiled tag: a value for every number, in several renderings. */
export interface Tag {
  /** Within longer text. */
  readonly text: Renderer;
  /** `text`, escaped for a quoted JSON string. */
  readonly escaped: Renderer;
  readonly value: (number: number) => Json;
  /** The value as JSON, if it is not text; text is `escaped` within quotes. */
  readonly json: Renderer | undefined;
  /** Whether its text is ASCII only, and so has as many bytes as characters. */
  readonly isAscii: boolean;
  /** Whether its text has only letters, digits, `-`, `.`, `_` and `~`, which need no escaping in any syntax. */
  readonly isUnreserved: boolean;
  /** As a complete JSON value in text where the tag is unquoted; absent: `json`, or quoted `escaped`. */
  readonly bare?: Renderer;
  /** Inserted without escaping. */
  readonly isRaw?: true;
}

/** Creates a tag whose text needs no escaping in JSON: ASCII without quotes, backslashes and control characters. */
export function plainTag(render: Renderer, isUnreserved = false): Tag {
  return { text: render, escaped: render, value: render, json: undefined, isAscii: true, isUnreserved };
}

/** Creates a tag whose text needs no escaping in any syntax: letters, digits, `-`, `.`, `_` and `~`. */
export function unreservedTag(render: Renderer): Tag {
  return plainTag(render, true);
}

/** Creates a tag whose value is a number or a boolean. */
export function valueTag(draw: (number: number) => number | boolean, isUnreserved = true): Tag {
  const render: Renderer = (number) => String(draw(number));
  return { text: render, escaped: render, value: draw, json: render, isAscii: true, isUnreserved };
}

/** Creates a tag whose value may have any type. */
export function dynamicTag(read: (number: number) => Json): Tag {
  const text: Renderer = (number) => textOf(read(number));
  return {
    text,
    escaped: (number) => JSON.stringify(text(number)).slice(1, -1),
    value: read,
    json: (number) => JSON.stringify(read(number)),
    isAscii: false,
    isUnreserved: false,
  };
}

/** Returns the same tag for other numbers. */
export function renumberTag(tag: Tag, numberOf: (number: number) => number): Tag {
  const renumber = <Value>(render: (number: number) => Value): ((number: number) => Value) => {
    return (number) => render(numberOf(number));
  };
  return {
    ...tag,
    text: renumber(tag.text),
    escaped: renumber(tag.escaped),
    value: renumber(tag.value),
    json: tag.json && renumber(tag.json),
    ...(tag.bare && { bare: renumber(tag.bare) }),
  };
}

/** Returns the same tag, inserted without escaping. */
export function rawTag(tag: Tag): Tag {
  return { ...tag, isRaw: true };
}

/**
 * Creates a tag with values from a list.
 * @param indexOf returns the index in the list for a number
 */
export function listTag(values: readonly Json[], indexOf: (number: number) => number): Tag {
  const texts = values.map(textOf);
  const quoted = texts.map((text) => JSON.stringify(text).slice(1, -1));
  const isText = values.every((value) => typeof value === 'string');
  const jsons = isText ? [] : values.map((value) => JSON.stringify(value));
  const from = <Item>(list: readonly Item[]): ((number: number) => Item) => {
    return (number) => list[indexOf(number)]!; // indexOf is inside the list
  };
  return {
    text: from(texts),
    escaped: from(quoted),
    value: from(values),
    json: isText ? undefined : from(jsons),
    isAscii: texts.every((text) => text.length === Buffer.byteLength(text)),
    isUnreserved: texts.length <= FEW && texts.every((text) => UNRESERVED.test(text)),
  };
}

/**
 * Maximum length of lists that are scanned for characters that need escaping; longer lists are assumed to have some.
 */
const FEW = 1000;
const UNRESERVED = /^[\w.~-]*$/;

/** A value within longer text: text unchanged, other types as JSON. */
function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

type Takes = TagDefinition['takes'];

/** Maximum length of generated text, so that a few such fields fit into one request. */
const MAX_LENGTH = 1024 ** 2;

/** No arguments and no brackets. */
export const takesNone: Takes = (args) => args === undefined;

/** The length of a text. */
export const takesLength: Takes = (args) => hasCount(args, 1) && args.every(isLength);

/** No brackets, or valid arguments. */
export function optional(takes: (args: readonly string[]) => boolean): Takes {
  return (args) => args === undefined || takes(args);
}

export function hasCount(args: readonly string[] | undefined, count: number): args is readonly string[] {
  return args?.length === count;
}

export function isInteger(arg: string): boolean {
  return /^-?\d+$/.test(arg) && Number.isSafeInteger(Number(arg));
}

function isLength(arg: string): boolean {
  return /^[1-9]\d*$/.test(arg) && Number(arg) <= MAX_LENGTH;
}
