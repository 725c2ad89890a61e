import { encodeTarget, percentEncode } from '../shared/percent-encode.ts';
import { type TextSyntax, type RequestPart, hasPlaceholders } from '../templates/request-data.ts';
import { type Renderer, type Tag, listTag, type TagSource } from '../templates/tag.ts';
import { createRenderer, type TemplateParts, compileParts } from './template.ts';

/** Characters that may precede and follow a complete value. */
const BEFORE_VALUE = /(?:^|[[:,])\s*$/;
const BEHIND_VALUE = /^\s*(?:$|[\],}])/;

/** A value without quotes in JSON. */
const JSON_LITERAL = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;

/**
 * Escapes tags in JSON text. Within quotes, a value becomes part of the string. An unquoted tag that is a complete
 * value becomes a JSON value of its type. Any other tag is inserted unchanged.
 */
class JsonScanner implements Escaper {
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

/** Escapes the parts of one text, in order. */
interface Escaper {
  /** Escapes literal text of the workload's author. */
  literal(text: string): string;
  /** @param next text after the tag; empty at the end and before another tag */
  tag(tag: Tag, next: string): Renderer;
}

/** Creates the escaper of a syntax, one for each text: JSON depends on the text before a tag. */
function createEscaper(syntax: TextSyntax): Escaper {
  switch (syntax) {
    case 'target':
      return TARGET;
    case 'form':
      return FORM;
    case 'xml':
      return XML;
    case 'json':
      return new JsonScanner();
    case 'plain':
    case 'header':
    default: // all syntaxes are above
      return PLAIN;
  }
}

const asWritten = (text: string): string => text;

const PLAIN: Escaper = { literal: asWritten, tag: ({ text }) => text };

const FORM: Escaper = {
  literal: asWritten,
  tag: (tag) => escapedBy(tag, percentEncode),
};

/** Even a raw value must not break the request line: escapes blanks and line ends. */
const TARGET: Escaper = {
  literal: encodeTarget,
  tag: (tag) => escapedBy(tag, tag.isRaw === true ? encodeTarget : percentEncode),
};

const XML: Escaper = {
  literal: asWritten,
  tag: (tag) => escapedBy(tag, escapeXml),
};

function escapedBy({ text, isUnreserved, isRaw }: Tag, escape: (text: string) => string): Renderer {
  const isAsIs = isUnreserved || (isRaw === true && escape !== encodeTarget);
  return isAsIs ? text : (number) => escape(text(number));
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // Unescaped, an attribute normalizes them to blanks, and a text normalizes \r to \n.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"'\t\n\r]/g, (character) => XML_ENTITIES[character]!); // the pattern matches keys only
}

/** Values of `{key}` and `{collection}`. */
export interface Placeholders {
  readonly key: Tag;
  readonly collection: string;
}

/**
 * Compiles a text of a syntax; a text without variable parts becomes a constant. Values are escaped for their position;
 * literal text is not.
 */
export function compileSyntax(
  template: string,
  syntax: TextSyntax,
  source: TagSource,
  place: string,
  placeholders: Placeholders,
): RequestPart {
  const escaper = createEscaper(syntax);
  const compiled = compileParts(template, source, place);
  const parts = hasPlaceholders(syntax) ? fillPlaceholders(compiled, placeholders) : compiled;
  const pieces = parts.map((part, index) => {
    if (typeof part === 'string') return escaper.literal(part);
    const next = parts[index + 1] ?? '';
    const render = escaper.tag('constant' in part ? part.constant : part, typeof next === 'string' ? next : '#');
    return 'constant' in part ? render(0) : render;
  });
  return pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : createRenderer(pieces);
}

/** A tag with a constant value. */
interface Constant {
  readonly constant: Tag;
}

/** Replaces placeholders in literal text with tags; rendered values are not searched. */
function fillPlaceholders(
  parts: TemplateParts,
  { key, collection }: Placeholders,
): readonly (TemplateParts[number] | Constant)[] {
  const constant = listTag([collection], () => 0);
  return parts.flatMap((part): (TemplateParts[number] | Constant)[] => {
    if (typeof part !== 'string') return [part];
    return part.split(/(\{key\}|\{collection\})/).flatMap((piece): (TemplateParts[number] | Constant)[] => {
      if (piece === '{key}') return [key];
      if (piece === '{collection}') return [{ constant }];
      return piece === '' ? [] : [piece];
    });
  });
}
