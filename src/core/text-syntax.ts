/**
 * The syntax that a text with tags is written in, which decides how values are escaped:
 * `plain`: not at all; `target`: path and query of an HTTP request; `header`: the value of an HTTP header, where nothing is
 * escaped; `form`: `application/x-www-form-urlencoded`; `json`: JSON as text; `xml`: XML as text.
 */
export type TextSyntax = 'plain' | 'target' | 'header' | 'form' | 'json' | 'xml';

/** The syntaxes in which `{key}` and `{collection}` are placeholders. A body may hold braces of its own. */
export function hasPlaceholders(syntax: TextSyntax): boolean {
  return syntax === 'target' || syntax === 'header';
}
