import type { DriverOptions, Operation } from '../drivers/driver.ts';
import { systemClock } from '../shared/clock.ts';
import type { Json } from '../shared/json.ts';
import type { HttpOptions } from '../plan/target.ts';
import type { RequestData } from '../templates/request-data.ts';

/** Data that show which ticket they were made for: the tag becomes the ticket number. */
export function ticketData(tag: string): RequestData {
  const fill = (template: Json, sequence: number): string => JSON.stringify(template).replaceAll(tag, String(sequence));
  return {
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
    text: (template) => (template.includes(tag) ? (sequence) => template.replaceAll(tag, String(sequence)) : template),
    json: (template) => (sequence) => fill(template, sequence),
    value: (template) => (sequence) => JSON.parse(fill(template, sequence)) as Json,
    statement: (template) => {
      const texts = template.split(tag);
      return { texts, values: (sequence) => texts.slice(1).map(() => sequence) };
    },
  };
}

/** HTTP options without any setting. */
const PLAIN_HTTP: HttpOptions = {
  version: 1,
  streams: 1,
  tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false },
  resumesTls: false,
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
};

/** Settings of a sample job; the rest has defaults. */
export interface SampleSettings extends Partial<Omit<DriverOptions, 'target' | 'http' | 'operations'>> {
  readonly http?: Partial<HttpOptions> | undefined;
}

/**
 * Options of the driver of one job.
 * @param operations of the job; the rest of each is that of a read without a command
 */
export function sampleOptions(
  target: DriverOptions['target'],
  operations: readonly Partial<Operation>[],
  { http: changes, ...others }: SampleSettings = {},
): DriverOptions {
  const http = { ...PLAIN_HTTP, ...changes };
  const materials = ticketData('#sequence');
  return {
    target,
    operations: operations.map((operation) => ({
      type: 'read',
      materials,
      http,
      batchSize: 2,
      statement: undefined,
      indexes: [],
      ...operation,
    })),
    collection: 'docs',
    database: undefined,
    objectIds: false,
    timeoutMs: 5000,
    sessions: 1,
    traceIds: undefined,
    metrics: [],
    driverOptions: {},
    folder: process.cwd(),
    clock: systemClock(),
    http,
    ...others,
  };
}
