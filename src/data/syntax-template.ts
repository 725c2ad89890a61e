import type { Part } from '../core/materials.ts';
import { hasPlaceholders, type TextSyntax } from '../core/text-syntax.ts';
import { createEscaper } from './escape.ts';
import type { TagSource } from './tag-source.ts';
import { listTag, type Tag } from './tag.ts';
import { join, type Parts, partsOf } from './template.ts';

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
): Part {
  const escaper = createEscaper(syntax);
  const compiled = partsOf(template, source, place);
  const parts = hasPlaceholders(syntax) ? fillPlaceholders(compiled, placeholders) : compiled;
  const pieces = parts.map((part, index) => {
    if (typeof part === 'string') return escaper.literal(part);
    const next = parts[index + 1] ?? '';
    const render = escaper.tag('constant' in part ? part.constant : part, typeof next === 'string' ? next : '#');
    return 'constant' in part ? render(0) : render;
  });
  return pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : join(pieces);
}

/** A tag with a constant value. */
interface Constant {
  readonly constant: Tag;
}

/** Replaces placeholders in literal text with tags; rendered values are not searched. */
function fillPlaceholders(parts: Parts, { key, collection }: Placeholders): readonly (Parts[number] | Constant)[] {
  const constant = listTag([collection], () => 0);
  return parts.flatMap((part): (Parts[number] | Constant)[] => {
    if (typeof part !== 'string') return [part];
    return part.split(/(\{key\}|\{collection\})/).flatMap((piece): (Parts[number] | Constant)[] => {
      if (piece === '{key}') return [key];
      if (piece === '{collection}') return [{ constant }];
      return piece === '' ? [] : [piece];
    });
  });
}
