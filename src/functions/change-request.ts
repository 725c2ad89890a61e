import { validateHeaderName, validateHeaderValue } from 'node:http';
import { messageOf } from '../shared/errors.ts';
import type { FunctionContexts, FunctionUser } from './function-context.ts';
import type { ChangeableRequest, RequestChange } from '../drivers/request-change.ts';
import type { BeforeRequest } from './function-types.ts';

/** Headers that follow from the message. */
const DERIVED = new Set(['content-length', 'transfer-encoding', 'keep-alive', 'upgrade', 'expect', 'connection']);

/**
 * Creates the call of `before_request` for one operation; its result is checked.
 * @param userOf returns the user of a request by its number; `undefined`: the job is not a scenario
 */
export function createRequestChange(
  change: BeforeRequest,
  contexts: FunctionContexts,
  step: string,
  userOf: (sequence: number) => FunctionUser | undefined,
): RequestChange {
  return (request, sequence, exchange) => {
    let returned: unknown;
    try {
      returned = change(request, contexts.of(step, sequence, userOf(sequence), exchange));
    } catch (error) {
      throw new Error(`before_request threw: ${messageOf(error)}`, { cause: error });
    }
    const fault = returned === undefined ? faultOf(request) : describeReturned(returned);
    if (fault !== undefined) throw new Error(`before_request ${fault}`);
  };
}

/** Describes a value that a function must not return. */
export function describeReturned(value: unknown): string {
  if (typeof Object(value).then === 'function') {
    // Not awaited: its rejection must not end the thread.
    void Promise.resolve(value).catch(() => {});
    return 'returned a promise; functions cannot wait';
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return `returned ${value}`;
  if (Array.isArray(value)) return 'returned a list';
  return `returned ${value === null ? 'null' : typeof value === 'object' ? 'an object' : `a ${typeof value}`}`;
}

function faultOf({ method, path, headers, body }: ChangeableRequest): string | undefined {
  if (typeof method !== 'string' || !/^[A-Z-]+$/.test(method) || method === 'CONNECT') {
    return 'set `method` to something that is not a method';
  }
  if (typeof path !== 'string' || !/^\/[\u0021-\u007e]*$/.test(path)) {
    return 'set `path` to something that is not a path: it starts with / and is percent-encoded';
  }
  if (body !== null && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    return 'set `body` to something that is neither text, bytes nor null';
  }
  if (typeof headers !== 'object' || headers === null) return 'removed `headers`';
  for (const [name, value] of Object.entries(headers)) {
    if (DERIVED.has(name.toLowerCase())) return `set the header ${name}, which is derived from the request`;
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      if (typeof value !== 'string') return `set the header ${name} to something that is not text`;
    } catch (error) {
      // Node's message contains the name of the header, never its value.
      return `set a header that is invalid: ${messageOf(error)}`;
    }
  }
  return undefined;
}
