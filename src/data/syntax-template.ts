import { type RequestPart, hasPlaceholders, type TextSyntax } from '../templates/request-data.ts';
import { createEscaper } from './escape.ts';
import { listTag, type Tag, type TagSource } from '../templates/tag.ts';
import { createRenderer, type TemplateParts, compileParts } from './template.ts';

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
