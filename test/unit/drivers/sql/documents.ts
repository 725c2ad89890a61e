import type { JsonObject, RequestData } from '../../../../src/templates/request-data.ts';
import { ticketMaterials } from '../../../contract/driver/http-options.ts';

/** Data of documents like `make(ticket)`, a bulk write's three at a time. */
export function documentsLike(make: (number: number) => JsonObject): RequestData {
  return {
    ...ticketMaterials,
    document: make,
    documents: (sequence) => [0, 1, 2].map((index) => make(sequence * 3 + index)),
    documentsJson: (sequence) => JSON.stringify([0, 1, 2].map((index) => make(sequence * 3 + index))),
    changes: (sequence) => {
      const { _id, ...changes } = make(sequence);
      return changes;
    },
  };
}

/** A document with a field of every kind. */
export const everyKind = documentsLike((number) => ({
  _id: `k${number}`,
  name: `name ${number}`,
  age: number,
  score: number / 4,
  ok: number % 2 === 0,
  address: { city: 'Rome' },
}));
