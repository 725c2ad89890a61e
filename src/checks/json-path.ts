import { createRequire } from 'node:module';
import type { compile, JSONPathQuery, JSONValue } from 'json-p3';
import { messageOf } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';

/** Compiled RFC 9535 query. */
export interface JsonPath {
  /** Value of the first node; `undefined`: no node. */
  first(value: Json): Json | undefined;
  /** Values of all nodes, in document order. */
  all(value: Json): readonly Json[];
}

interface Library {
  readonly compile: typeof compile;
}

const require = createRequire(import.meta.url);

/** Loaded when the first query is compiled: few workloads have one. */
let library: Library | undefined;

/** Compiles a query, or describes its error. */
export function compileJsonPath(path: string): { readonly query: JsonPath } | { readonly fault: string } {
  library ??= require('json-p3') as Library;
  try {
    return { query: queryOf(library.compile(path)) };
  } catch (error) {
    return { fault: messageOf(error).replace(/ \('.*':(\d+)\)$/s, ' at character $1') };
  }
}

function queryOf(compiled: JSONPathQuery): JsonPath {
  return {
    // The library's type of JSON values is mutable; it changes none.
    first: (value) => compiled.match(value as JSONValue)?.value as Json | undefined,
    all: (value) => compiled.query(value as JSONValue).values() as readonly Json[],
  };
}
