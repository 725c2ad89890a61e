import type { Json } from '../../shared/json.ts';

/** Reference tokens of a JSON pointer (RFC 6901); empty: the whole value. */
export type JsonPointer = readonly string[];

/** Parses a JSON pointer such as `/data/0/id`; `undefined`: it is not one. */
export function parsePointer(text: string): JsonPointer | undefined {
  if (text === '') return [];
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined;
  return text
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Returns the value that a pointer refers to; `undefined`: there is none. */
export function valueAt(value: Json | undefined, pointer: JsonPointer): Json | undefined {
  let inner = value;
  for (const token of pointer) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, token)) return undefined;
    inner = (inner as { readonly [name: string]: Json })[token];
  }
  return inner;
}
