import { encodeTarget, percentEncode } from '../shared/percent-encode.ts';
import type { TextSyntax } from '../templates/request-data.ts';
import { JsonScanner } from './json-scanner.ts';
import type { Renderer, Tag } from '../templates/tag.ts';

/** Escapes the parts of one text, in order. */
export interface Escaper {
  /** Escapes literal text of the workload's author. */
  literal(text: string): string;
  /** @param next text after the tag; empty at the end and before another tag */
  tag(tag: Tag, next: string): Renderer;
}

/** Creates the escaper of a syntax, one for each text: JSON depends on the text before a tag. */
export function createEscaper(syntax: TextSyntax): Escaper {
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
