import type { Document } from 'mongodb';
import type { RequestData } from '../../templates/request-data.ts';
import type { Json } from '../../shared/json.ts';

/** Makes an `ObjectId` of 24 hexadecimal digits. */
export type IdMaker = (digits: string) => object;

/** The data of a job as values of BSON. */
export interface CommandData {
  readonly document: (sequence: number) => Document;
  readonly documents: (sequence: number) => readonly Document[];
  readonly changes: (sequence: number) => Document;
  readonly criteria: (sequence: number) => Document;
  readonly value: (template: Json) => (sequence: number) => unknown;
}

const DIGITS = /^[\da-f]{24}$/i;

/** The data of a job in which texts of 24 hexadecimal digits are `ObjectId`s wherever they are an `_id`. */
export function withObjectIds(materials: RequestData, makeId: IdMaker): CommandData {
  const identified = ({ _id, ...fields }: Document): Document => ({ _id: toObjectIds(_id as Json, makeId), ...fields });
  return {
    document: (sequence) => identified(materials.document(sequence)),
    documents: (sequence) => materials.documents(sequence).map(identified),
    changes: materials.changes,
    criteria: (sequence) => replaceIds(materials.criteria(sequence), makeId) as Document,
    value(template) {
      const render = materials.value(template);
      if (!JSON.stringify(template).includes('"_id"')) return render;
      return (sequence) => replaceIds(render(sequence), makeId);
    },
  };
}

/** A value with its `_id`s replaced, however deep they are. */
function replaceIds(value: Json, makeId: IdMaker): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => replaceIds(item, makeId));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, Json]) => [
      name,
      name === '_id' ? toObjectIds(inner, makeId) : replaceIds(inner, makeId),
    ]),
  );
}

/** An id, or the operand of a filter on ids: `{ "$in": [...] }`. */
function toObjectIds(value: Json, makeId: IdMaker): unknown {
  if (typeof value === 'string') return DIGITS.test(value) ? makeId(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => toObjectIds(item, makeId));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, Json]) => [name, toObjectIds(inner, makeId)]),
  );
}
