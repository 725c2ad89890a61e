import type { Json } from '../shared/json.ts';

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
