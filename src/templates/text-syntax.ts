/**
 * Syntax of a text with tags, which determines the escaping of values: `plain`: none; `target`: path and query of an
 * HTTP request; `header`: value of an HTTP header, without escaping; `form`: `application/x-www-form-urlencoded`;
 * `json`: JSON as text; `xml`: XML as text.
 */
export type TextSyntax = 'plain' | 'target' | 'header' | 'form' | 'json' | 'xml';

/** Whether `{key}` and `{collection}` are placeholders in a syntax. A body may contain literal braces. */
export function hasPlaceholders(syntax: TextSyntax): boolean {
  return syntax === 'target' || syntax === 'header';
}
