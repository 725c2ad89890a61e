import { systemClock } from '../../../src/shared/clock.ts';
import type { RequestData } from '../../../src/templates/request-data.ts';
import type { Json } from '../../../src/shared/json.ts';
import type { HttpOptions } from '../../../src/plan/target.ts';
import type { DriverOptions, Operation } from '../../../src/drivers/driver.ts';

/** Data that shows which ticket it was made for: `#n` in a template becomes the ticket number. */
export const ticketMaterials: RequestData = {
  documentJson: (sequence) => JSON.stringify({ _id: `k${sequence}`, n: sequence }),
  document: (sequence) => ({ _id: `k${sequence}`, n: sequence }),
  documentsJson: (sequence) => JSON.stringify([{ n: sequence }, { n: sequence + 1 }]),
  documents: (sequence) => [{ n: sequence }, { n: sequence + 1 }],
  changesJson: (sequence) => JSON.stringify({ n: sequence }),
  changes: (sequence) => ({ n: sequence }),
  key: (sequence) => `k${sequence}`,
  scanLength: (sequence) => 1 + (sequence % 10),
  filter: () => [],
  criteria: (sequence) => ({ _id: `k${sequence}` }),
  text: (template) => (template.includes('#n') ? (sequence) => template.replaceAll('#n', String(sequence)) : template),
  json: (template: Json) => (sequence) => JSON.stringify(template).replaceAll('#n', String(sequence)),
  value: (template: Json) => (sequence) =>
    JSON.parse(JSON.stringify(template).replaceAll('#n', String(sequence))) as Json,
  statement: (template) => {
    const texts = template.split('#n');
    return { texts, values: (sequence) => texts.slice(1).map(() => sequence) };
  },
};

type Overrides = Partial<Omit<DriverOptions, 'http' | 'target' | 'operations'>> &
  Partial<Pick<Operation, 'type' | 'materials'>> & { readonly http?: Partial<HttpOptions> };

/** Options of reads of the collection `docs` at `url`, and whatever a test wants otherwise. */
export function httpOptions(
  url: string,
  { http: changes, type = 'read', materials = ticketMaterials, ...others }: Overrides = {},
): DriverOptions {
  const http: HttpOptions = {
    version: 1,
    tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false },
    proxy: undefined,
    unixSocket: undefined,
    maxHeaderBytes: 1024 * 1024,
    headers: {},
    method: undefined,
    path: undefined,
    body: undefined,
    bodyForm: undefined,
    compress: undefined,
    targetUrl: undefined,
    connectTo: {},
    localAddresses: [],
    cookies: false,
    redirects: 0,
    expectStatus: [],
    ...changes,
  };
  return {
    target: { driver: 'http', url, secretUrl: undefined },
    operations: [{ type, materials, http, batchSize: 2, statement: undefined, indexes: [] }],
    collection: 'docs',
    database: undefined,
    objectIds: false,
    timeoutMs: 5000,
    sessions: 1,
    traceIds: undefined,
    metrics: [],
    clock: systemClock(),
    http,
    ...others,
  };
}
