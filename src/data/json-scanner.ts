import type { Escaper } from './escape.ts';
import type { Renderer, Tag } from './tag.ts';

/** Characters that may stand before and behind a whole value. */
const BEFORE_VALUE = /(?:^|[[:,])\s*$/;
const BEHIND_VALUE = /^\s*(?:$|[\],}])/;

/** A value that needs no quotes in JSON. */
const JSON_LITERAL = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;

/**
 * Escapes the tags of JSON that is written as text. Within quotes a value becomes a part of the string. A tag without quotes
 * that is a whole value becomes a JSON value of its type. Anywhere else it is inserted as it is.
 */
export class JsonScanner implements Escaper {
  #inString = false;
  /** The text since the last tag, or since the beginning; `undefined` right behind a tag. */
  #before: string | undefined = '';

  literal(text: string): string {
    for (let at = 0; at < text.length; at++) {
      if (text[at] === '"') this.#inString = !this.#inString;
      else if (text[at] === '\\' && this.#inString) at++; // the next character is escaped
    }
    this.#before = text;
    return text;
  }

  tag(tag: Tag, next: string): Renderer {
    const isWhole = this.#before !== undefined && BEFORE_VALUE.test(this.#before) && BEHIND_VALUE.test(next);
    this.#before = undefined;
    if (tag.isRaw === true) return tag.text;
    if (this.#inString) return tag.escaped;
    return isWhole ? (tag.bare ?? tag.json ?? quoted(tag)) : tag.text;
  }
}

/** Renders text as a JSON string, but text that is a number, `true`, `false` or `null` as that: CSV holds text alone. */
export function bareText(text: Renderer): Renderer {
  return (number) => {
    const value = text(number);
    return JSON_LITERAL.test(value) ? value : JSON.stringify(value);
  };
}

function quoted({ escaped }: Tag): Renderer {
  return (number) => `"${escaped(number)}"`;
}
