/** A schema that gives reads and updates of the collection `c` documents to aim at. */
export const THERE = { name: 'there', collection: 'c', existing: 1000, schema: {} };
