import type { RequestPart, TextSyntax } from '../../templates/request-data.ts';
import type { Json } from '../../shared/json.ts';
import type { Operation } from '../driver.ts';

/** Prefix of every template tag. A JSON value without it is constant. */
const TAG = '#';

/**
 * Compiles the body that a job gives; `undefined`: no body. Braces are not placeholders here, because a body may
 * contain its own.
 */
export function compileBody(
  { materials }: Operation,
  body: string | Json,
  contentType: string,
): RequestPart | undefined {
  if (body === null) return undefined;
  if (typeof body === 'string') return materials.text(body, syntaxOf(contentType, body));
  const text = JSON.stringify(body);
  return text.includes(TAG) ? materials.json(body) : text;
}

/** Syntax of a body given as text. A `content-type` that contains tags is unknown and counts as plain text. */
function syntaxOf(contentType: string, body: string): TextSyntax {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase(); // a split has at least one part
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (/[/+]xml$/.test(type)) return 'xml';
  // A body that consists of a single tag may be a document from a feeder, so it is not treated as JSON.
  return /[/+](?:x-)?(?:nd)?json$/.test(type) && /^\s*[[{"]/.test(body) ? 'json' : 'plain';
}
