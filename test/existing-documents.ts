/** A schema with existing documents, for reads and updates of the collection `c`. */
export const EXISTING_DOCUMENTS = { name: 'there', collection: 'c', existing: 1000, schema: {} };
