import { sampleOptions, ticketData } from '../../../src/driver-kit/sample-options.ts';
import type { HttpOptions } from '../../../src/plan/target.ts';
import type { DriverOptions, Operation } from '../../../src/drivers/driver.ts';

/** Data that shows which ticket it was made for: `#n` in a template becomes the ticket number. */
export const ticketMaterials = ticketData('#n');

type Overrides = Partial<Omit<DriverOptions, 'http' | 'target' | 'operations'>> &
  Partial<Pick<Operation, 'type' | 'materials'>> & { readonly http?: Partial<HttpOptions> };

/** Options of reads of the collection `docs` at `url`, and whatever a test wants otherwise. */
export function httpOptions(
  url: string,
  { http: changes, type = 'read', materials = ticketMaterials, ...others }: Overrides = {},
): DriverOptions {
  const target = { driver: 'http', url, secretUrl: undefined };
  return sampleOptions(target, [{ type, materials }], { http: changes, ...others });
}
