import { systemClock } from '../../../src/core/clock.ts';
import type { Materials } from '../../../src/core/materials.ts';
import type { HttpOptions, Json } from '../../../src/core/target.ts';
import type { DriverOptions } from '../../../src/drivers/driver.ts';

/** Data that shows which ticket it was made for: `#n` in a template becomes the ticket number. */
export const ticketMaterials: Materials = {
  documentJson: (sequence) => JSON.stringify({ _id: `k${sequence}`, n: sequence }),
  document: (sequence) => ({ _id: `k${sequence}`, n: sequence }),
  documentsJson: (sequence) => JSON.stringify([{ n: sequence }, { n: sequence + 1 }]),
  changesJson: (sequence) => JSON.stringify({ n: sequence }),
  key: (sequence) => `k${sequence}`,
  filter: () => [],
  text: (template) => (sequence) => template.replaceAll('#n', String(sequence)),
  json: (template: Json) => (sequence) => JSON.stringify(template).replaceAll('#n', String(sequence)),
};

type Overrides = Partial<Omit<DriverOptions, 'http' | 'target'>> & { readonly http?: Partial<HttpOptions> };

/** Options of reads of the collection `docs` at `url`, and whatever a test wants otherwise. */
export function httpOptions(url: string, { http, ...others }: Overrides = {}): DriverOptions {
  return {
    target: { driver: 'http', url },
    type: 'read',
    collection: 'docs',
    database: undefined,
    timeoutMs: 5000,
    materials: ticketMaterials,
    clock: systemClock(),
    ...others,
    http: {
      version: 1,
      tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false },
      proxy: undefined,
      unixSocket: undefined,
      headers: {},
      method: undefined,
      path: undefined,
      body: undefined,
      expectStatus: [],
      ...http,
    },
  };
}
