import type { Json } from '../core/target.ts';
import { parseTags, type Renderer, type Tag, type TagSource } from './tag.ts';

/** A template as constants and tags in the order of the rendered text. */
type Pieces = readonly (string | Tag)[];

/** Compiles text with tags. A value that is no string is rendered as its JSON text. */
export function compileText(template: Json, source: TagSource, place: string): Renderer {
  return joinPieces(
    typeof template === 'string' ? parseTags(template, source, place) : jsonPieces(template, source, place),
  );
}

/** Compiles a JSON value whose strings may hold tags; a string that is one `#int` tag becomes a number. */
export function compileJson(template: Json, source: TagSource, place: string): Renderer {
  return joinPieces(jsonPieces(template, source, place));
}

/** Compiles an object's fields to `"a":1,"b":2`, without the braces; empty text when there are none. */
export function compileFields(fields: Readonly<Record<string, Json>>, source: TagSource, place: string): Renderer {
  return joinPieces(fieldPieces(fields, source, place));
}

/** Where a field of the value at `place` is. */
export function placeOf(place: string, field: string | number): string {
  return `${place}/${field}`;
}

function jsonPieces(template: Json, source: TagSource, place: string): Pieces {
  if (typeof template === 'string') return stringPieces(template, source, place);
  if (template === null || typeof template !== 'object') return [JSON.stringify(template)];
  if (isArray(template)) {
    const items = template.map((item, index) => jsonPieces(item, source, placeOf(place, index)));
    return ['[', ...separate(items), ']'];
  }
  return ['{', ...fieldPieces(template, source, place), '}'];
}

function fieldPieces(fields: Readonly<Record<string, Json>>, source: TagSource, place: string): Pieces {
  return separate(
    Object.entries(fields).map(([name, value]) =>
      [`${JSON.stringify(name)}:` as string | Tag].concat(jsonPieces(value, source, placeOf(place, name))),
    ),
  );
}

function stringPieces(text: string, source: TagSource, place: string): Pieces {
  const pieces = parseTags(text, source, place);
  const [first] = pieces;
  if (pieces.length === 1 && typeof first === 'object' && first.numeric) return pieces;
  // Tags render nothing that needs escaping, so only the constants are escaped, and only once.
  return ['"', ...pieces.map((piece) => (typeof piece === 'string' ? JSON.stringify(piece).slice(1, -1) : piece)), '"'];
}

function separate(parts: readonly Pieces[]): Pieces {
  return parts.flatMap((part, index) => (index === 0 ? part : [',', ...part]));
}

/** Makes the function that renders pieces: constants that follow one another become one. */
function joinPieces(pieces: Pieces): Renderer {
  let start = '';
  const tags: Renderer[] = [];
  const after: string[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'object') {
      tags.push(piece.render);
      after.push('');
    } else if (tags.length === 0) start += piece;
    else after[tags.length - 1] += piece;
  }
  return (number) => {
    let text = start;
    for (let index = 0; index < tags.length; index++) text += tags[index]!(number) + after[index]!; // same length
    return text;
  };
}

/** `Array.isArray` that also narrows read-only arrays. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
