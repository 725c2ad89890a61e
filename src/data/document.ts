import type { Json } from '../core/target.ts';
import { paddingField } from './padding.ts';
import type { Renderer, TagSource } from './tag.ts';
import { compileFields, compileJson, placeOf } from './template.ts';

/** Place of a document's top-level field: what decides its random stream. */
export function fieldPlace(name: string): string {
  return placeOf('', name);
}

/** Renders documents by their number, as JSON text. */
export interface DocumentWriter {
  /** The whole document, `_id` first. */
  document: Renderer;
  /** The same document without its `_id`. */
  changes: Renderer;
}

/**
 * Compiles a document template.
 * @param fields the template with its `_id`
 * @param dataSize bytes of the document's JSON text, reached by a field `data` of random letters, which then replaces
 *   the template's own; 0: as the template says. A document that is larger stays as it is
 */
export function compileDocument(
  fields: Readonly<Record<string, Json>>,
  source: TagSource,
  seed: number,
  dataSize: number,
): DocumentWriter {
  const { _id: id = '#id', data, ...others } = fields;
  const kept = dataSize > 0 || data === undefined ? others : { ...others, data };
  const renderId = compileJson(id, source, fieldPlace('_id'));
  const renderOthers = compileFields(kept, source, '');
  const padding = paddingField(seed, dataSize);
  // Tags render ASCII alone, so what a document has beyond a byte a character is known from its constants.
  const extraBytes = Buffer.byteLength(renderId(0) + renderOthers(0)) - (renderId(0) + renderOthers(0)).length;

  const parts = (number: number): { head: string; rest: string } => {
    const head = `"_id":${renderId(number)}`;
    const rest = renderOthers(number);
    const bytes = head.length + (rest === '' ? 0 : 1) + rest.length + extraBytes + '{}'.length;
    return { head, rest: joinFields(rest, padding(number, bytes)) };
  };
  return {
    document: (number) => {
      const { head, rest } = parts(number);
      return `{${joinFields(head, rest)}}`;
    },
    changes: (number) => `{${parts(number).rest}}`,
  };
}

function joinFields(left: string, right: string): string {
  if (left === '' || right === '') return left + right;
  return `${left},${right}`;
}
