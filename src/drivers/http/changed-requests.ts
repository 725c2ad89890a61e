import type { Exchange } from '../driver.ts';
import type { RequestChange } from '../request-change.ts';
import { workloadError } from '../classify-error.ts';
import type { Endpoint } from './endpoint.ts';
import { requestFormat } from './request-format.ts';
import { asksToClose } from './request-message.ts';
import type { OutgoingRequest, RequestSource } from './outgoing-request.ts';

/** Requests of an operation, each changed by a function before it is sent. */
export class ChangedRequests implements RequestSource {
  readonly summary: string;
  readonly #requests: RequestSource;
  readonly #change: RequestChange;
  readonly #endpoint: Endpoint;

  constructor(requests: RequestSource, change: RequestChange, endpoint: Endpoint) {
    this.summary = requests.summary;
    this.#requests = requests;
    this.#change = change;
    this.#endpoint = endpoint;
  }

  /** @throws {ClassifiedError} of class `workload` when the function fails, or makes an invalid request */
  prepare(sequence: number, exchange: Exchange): OutgoingRequest {
    const original = this.#requests.prepare(sequence, exchange);
    // Bytes that are not text stay as they are, unless the function replaces them.
    const text = typeof original.body === 'string' || original.body === null ? original.body : original.body.toString();
    const request = {
      method: original.method,
      path: original.path,
      headers: fieldsOf(original),
      body: text as string | Uint8Array | null,
    };
    try {
      this.#change(request, sequence, exchange);
    } catch (error) {
      throw workloadError('functions', error);
    }
    const body = request.body === text ? original.body : bytesOf(request.body);
    return this.#compose(request.method, request.path, Object.entries(request.headers), body);
  }

  #compose(
    method: string,
    path: string,
    headers: readonly (readonly [name: string, value: string])[],
    body: string | Buffer | null,
  ): OutgoingRequest {
    const named = headers.map(([name, value]) => [name.toLowerCase(), value] as const);
    const closes = named.some(([name, value]) => asksToClose(name, value));
    const request: OutgoingRequest = { method, path, headers: named.flat(), body, message: '', tail: null, closes };
    try {
      requestFormat(this.#endpoint, named).compose(request, '');
    } catch (error) {
      throw workloadError('functions', error);
    }
    return request;
  }
}

/** Headers by name. */
function fieldsOf({ headers }: OutgoingRequest): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let at = 0; at + 1 < headers.length; at += 2) fields[headers[at]!] = headers[at + 1]!; // pairs
  return fields;
}

function bytesOf(body: string | Uint8Array | null): string | Buffer | null {
  return body === null || typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
