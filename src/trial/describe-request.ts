import type { DriverOptions, Operation } from '../drivers/driver.ts';
import { mapToRest } from '../drivers/http/rest-mapping.ts';
import { usesHttp } from '../driver-catalog.ts';
import type { RequestPart } from '../templates/request-data.ts';

/** Method and path of a request, its statement, or its type and collection. Tags that have no value yet stay. */
export function describeRequest(options: DriverOptions, operation: Operation, sequence: number): string {
  const { statement, materials, type, transaction } = operation;
  if (usesHttp(options.target)) return describeHttp(options, operation, sequence);
  if (transaction !== undefined) return transaction.kind.toUpperCase();
  if (statement === undefined) return `${type} ${options.collection}`;
  const value = orElse(() => materials.value(statement)(sequence), statement);
  if (Array.isArray(value))
    return value.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function describeHttp({ target, collection }: DriverOptions, operation: Operation, sequence: number): string {
  const { http, materials } = operation;
  const { method, path: mapped } = mapToRest(operation, collection);
  const path = http.path === undefined ? mapped : materials.text(http.path, 'target');
  const base = new URL(http.targetUrl ?? target.url).pathname.replace(/\/$/, '');
  const origin = http.targetUrl === undefined ? '' : new URL(http.targetUrl).origin;
  return `${http.method ?? method} ${origin}${base}${orElse(() => fill(path, sequence), http.path ?? `/${collection}`)}`;
}

function fill(part: RequestPart, sequence: number): string {
  return typeof part === 'string' ? part : part(sequence);
}

/** The driver reports why a request cannot be built. */
function orElse<Value>(build: () => Value, otherwise: Value): Value {
  try {
    return build();
  } catch {
    return otherwise;
  }
}
