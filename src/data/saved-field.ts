import type { JsonObject } from '../templates/request-data.ts';
import type { Json } from '../shared/json.ts';
import { DOCUMENT_PLACE } from './document.ts';
import type { Renderer, Tag, TagSource } from '../templates/tag.ts';
import { compileAsTag, placeOf } from './template.ts';

/**
 * Creates the tag of a saved field. No value is stored: the content of a document is a function of its number, so it
 * can be computed for any request that uses the document.
 * @param name a field, or the path to a nested one: `address.city`
 * @param about returns the document number of a ticket's request
 */
export function savedTag(name: string, fields: JsonObject, source: TagSource, about: (ticket: number) => number): Tag {
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

/** Template of a field or a nested one; null if absent. */
function valueAt(fields: JsonObject, keys: readonly string[]): Json {
  let value: Json = fields;
  for (const key of keys) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return null;
    value = (value as JsonObject)[key]!; // has the key
  }
  return value;
}
