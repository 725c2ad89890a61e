import type { Part } from '../../core/materials.ts';
import type { Json } from '../../core/target.ts';
import type { TextSyntax } from '../../core/text-syntax.ts';
import type { Operation } from '../driver.ts';

/** Every template tag starts with this, so a JSON value without one is constant. */
const TAG = '#';

/** The body that a job gives; `undefined`: no body. Placeholders in braces are left alone: a body may have braces of its own. */
export function compileBody({ materials }: Operation, body: string | Json, contentType: string): Part | undefined {
  if (body === null) return undefined;
  if (typeof body === 'string') return materials.text(body, syntaxOf(contentType, body));
  const text = JSON.stringify(body);
  return text.includes(TAG) ? materials.json(body) : text;
}

/** The syntax of a body that is given as text. A `content-type` with tags of its own is not known. */
function syntaxOf(contentType: string, body: string): TextSyntax {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase(); // a split has at least one part
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (/[/+]xml$/.test(type)) return 'xml';
  // A body that is one tag may be a document that a feeder holds.
  return /[/+](?:x-)?(?:nd)?json$/.test(type) && /^\s*[[{"]/.test(body) ? 'json' : 'plain';
}
