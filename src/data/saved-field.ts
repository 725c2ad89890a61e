import type { Fields } from '../core/materials.ts';
import type { Json } from '../core/target.ts';
import { DOCUMENT_PLACE } from './document.ts';
import type { TagSource } from './tag-source.ts';
import type { Renderer, Tag } from './tag.ts';
import { compileAsTag, placeOf } from './template.ts';

/**
 * A saved field as a tag. Nothing has been saved: what a document holds follows from its number, so a request that is about
 * a document knows what is in it.
 * @param name of a field, or the way to one within it: `address.city`
 * @param about the number of the document that a ticket's request is about
 */
export function savedTag(name: string, fields: Fields, source: TagSource, about: (ticket: number) => number): Tag {
  const keys = Object.hasOwn(fields, name) ? [name] : name.split('.');
  const tag = compileAsTag(valueAt(fields, keys), source, keys.reduce(placeOf, DOCUMENT_PLACE));
  const asked = (render: Renderer): Renderer => {
    return (ticket) => render(about(ticket));
  };
  return {
    text: asked(tag.text),
    escaped: asked(tag.escaped),
    value: (ticket) => tag.value(about(ticket)),
    json: tag.json && asked(tag.json),
    isAscii: tag.isAscii,
    isUnreserved: tag.isUnreserved,
  };
}

/** The template of a field, or of one within it; null where there is none. */
function valueAt(fields: Fields, keys: readonly string[]): Json {
  let value: Json = fields;
  for (const key of keys) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return null;
    value = (value as Fields)[key]!; // it has the key
  }
  return value;
}
