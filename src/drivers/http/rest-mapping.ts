import type { Materials, Part } from '../../core/materials.ts';
import type { Operation } from '../driver.ts';
import { LoadbotError } from '../../core/errors.ts';
import type { RequestType } from '../../core/job-type.ts';
import { percentEncode } from '../../core/percent-encode.ts';

/** What a job type is over HTTP, where a collection is a resource; paths start after the target's base path. */
export interface RestRequest {
  readonly method: string;
  readonly path: Part;
  readonly body: Part | undefined;
}

/** @throws {LoadbotError} for `create_index`, which has no HTTP request of its own, unless the job gives one. */
export function mapToRest({ type, materials, http }: Operation, collection: string): RestRequest {
  const resource = `/${percentEncode(collection)}`;
  const byKey = (sequence: number): string => `${resource}/${percentEncode(materials.key(sequence))}`;
  const requests: Readonly<Record<Exclude<RequestType, 'create_index'>, RestRequest>> = {
    write: { method: 'POST', path: resource, body: (sequence) => materials.documentJson(sequence) },
    bulk_write: { method: 'POST', path: `${resource}/_bulk`, body: (sequence) => materials.documentsJson(sequence) },
    read: {
      method: 'GET',
      path: (sequence) => query(resource, materials, sequence) ?? byKey(sequence),
      body: undefined,
    },
    update: { method: 'PATCH', path: byKey, body: (sequence) => materials.changesJson(sequence) },
    drop_collection: { method: 'DELETE', path: resource, body: undefined },
  };
  if (type !== 'create_index') return requests[type];
  if (http.method === undefined || http.path === undefined) {
    throw new LoadbotError('config_invalid', 'a create_index job has no HTTP request of its own', {
      hint: 'say what to send with `http: { method, path }` on the job, or leave the job out',
    });
  }
  return { method: http.method, path: resource, body: undefined };
}

/** The resource narrowed by the job's filter; `undefined` when there is none. */
function query(resource: string, materials: Materials, sequence: number): string | undefined {
  const filter = materials.filter(sequence);
  if (filter.length === 0) return undefined;
  const pairs = filter.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
  return `${resource}?${pairs.join('&')}`;
}
