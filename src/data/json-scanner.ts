import type { Escaper } from './escape.ts';
import type { Renderer, Tag } from '../templates/tag.ts';

/** Characters that may precede and follow a complete value. */
const BEFORE_VALUE = /(?:^|[[:,])\s*$/;
const BEHIND_VALUE = /^\s*(?:$|[\],}])/;

/** A value without quotes in JSON. */
const JSON_LITERAL = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;

/**
 * Escapes tags in JSON text. Within quotes, a value becomes part of the string. An unquoted tag that is a complete
 * value becomes a JSON value of its type. Any other tag is inserted unchanged.
 */
export class JsonScanner implements Escaper {
  #inString = false;
  /** Text since the last tag or the beginning; `undefined` directly after a tag. */
  #before: string | undefined = '';

  literal(text: string): string {
    for (let at = 0; at < text.length; at++) {
      if (text[at] === '"') this.#inString = !this.#inString;
      else if (text[at] === '\\' && this.#inString) at++; // skips the escaped character
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

/** Renders text as a JSON string, but numbers, `true`, `false` and `null` as literals: CSV has text only. */
export function bareText(text: Renderer): Renderer {
  return (number) => {
    const value = text(number);
    return JSON_LITERAL.test(value) ? value : JSON.stringify(value);
  };
}

function quoted({ escaped }: Tag): Renderer {
  return (number) => `"${escaped(number)}"`;
}
