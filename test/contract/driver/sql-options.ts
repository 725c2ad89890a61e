import type { Target } from '../../../src/plan/target.ts';
import type { DriverOptions, Operation } from '../../../src/drivers/driver.ts';
import { httpOptions, ticketMaterials } from './http-options.ts';

type Overrides = Partial<Omit<DriverOptions, 'operations' | 'target'>>;

/** One operation, a read of the key unless a test wants otherwise. */
export function sqlOperation(changes: Partial<Operation> = {}): Operation {
  const { http } = httpOptions('');
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

/** Options of a job with these operations on the table `docs`. */
export function sqlOptions(secretUrl: string, operations: readonly Operation[], others: Overrides = {}): DriverOptions {
  const { protocol, host, pathname } = new URL(secretUrl);
  const driver: Target['driver'] = protocol === 'mysql:' ? 'mysql' : 'postgres';
  return {
    ...httpOptions(''),
    ...others,
    operations,
    target: { driver, url: `${protocol}//${host}${pathname}`, secretUrl },
  };
}
