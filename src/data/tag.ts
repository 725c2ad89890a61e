import type { Json } from '../core/target.ts';

/** Renders text for a number: that of a document, or of a ticket. */
export type Renderer = (number: number) => string;

/** A compiled tag: a value for every number, and the ways in which it is needed. */
export interface Tag {
  /** Within longer text. */
  readonly text: Renderer;
  /** The same within the quotes of a JSON string. */
  readonly escaped: Renderer;
  readonly value: (number: number) => Json;
  /** The value as JSON, where it is no text; text is `escaped` between quotes. */
  readonly json: Renderer | undefined;
  /** Whether its text is of ASCII alone, and so has as many bytes as characters. */
  readonly isAscii: boolean;
  /** Whether its text holds letters, digits, `-`, `.`, `_` and `~` alone, and so needs no escaping in any syntax. */
  readonly isUnreserved: boolean;
  /** As a whole JSON value in text that the author wrote without quotes; absent: `json`, or `escaped` between quotes. */
  readonly bare?: Renderer;
  /** Inserted without escaping. */
  readonly isRaw?: true;
}

/** A tag whose text needs no escaping in JSON: ASCII without quotes, backslashes and control characters. */
export function plainTag(render: Renderer, isUnreserved = false): Tag {
  return { text: render, escaped: render, value: render, json: undefined, isAscii: true, isUnreserved };
}

/** A tag whose text needs no escaping anywhere: letters, digits, `-`, `.`, `_` and `~`. */
export function unreservedTag(render: Renderer): Tag {
  return plainTag(render, true);
}

/** A tag whose value is a number or a boolean. */
export function valueTag(draw: (number: number) => number | boolean, isUnreserved = true): Tag {
  const render: Renderer = (number) => String(draw(number));
  return { text: render, escaped: render, value: draw, json: render, isAscii: true, isUnreserved };
}

/** The same tag, inserted without escaping. */
export function rawTag(tag: Tag): Tag {
  return { ...tag, isRaw: true };
}

/**
 * A tag that takes its values from a list.
 * @param indexOf a place in the list, for every number
 */
export function listTag(values: readonly Json[], indexOf: (number: number) => number): Tag {
  const texts = values.map(textOf);
  const quoted = texts.map((text) => JSON.stringify(text).slice(1, -1));
  const isText = values.every((value) => typeof value === 'string');
  const jsons = isText ? [] : values.map((value) => JSON.stringify(value));
  const from = <Item>(list: readonly Item[]): ((number: number) => Item) => {
    return (number) => list[indexOf(number)]!; // indexOf gives places in the list
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

/** Lists that are looked through for characters that need escaping; longer ones are assumed to have some. */
const FEW = 1000;
const UNRESERVED = /^[\w.~-]*$/;

/** A value within longer text: text as it is, all else as JSON. */
function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
