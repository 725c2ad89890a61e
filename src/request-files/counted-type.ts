/** Job type under which a request of a method is counted. */
export type CountedType = 'read' | 'write' | 'update' | 'delete';

const TYPES: Readonly<Record<string, CountedType>> = {
  GET: 'read',
  HEAD: 'read',
  OPTIONS: 'read',
  POST: 'write',
  DELETE: 'delete',
};

/** Returns the job type under which requests of a method are counted. */
export function countedType(method: string): CountedType {
  return TYPES[method] ?? 'update';
}
