import type { Operation } from '../../../src/drivers/driver.ts';
import { httpOptions, ticketMaterials } from '../../contract/driver/http-options.ts';

/** An operation whose data shows which ticket it was made for: document `n` is `{ _id: 'kn', n }`. */
export function operation(changes: Partial<Operation> = {}): Operation {
  const { http } = httpOptions('http://127.0.0.1');
  return {
    type: 'read',
    materials: ticketMaterials,
    http,
    batchSize: 2,
    statement: undefined,
    indexes: [],
    ...changes,
  };
}
