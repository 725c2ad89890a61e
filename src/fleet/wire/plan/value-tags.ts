/**
 * Encoding of values: a tag, then varints (lengths, integers, indexes) and bytes. Objects, arrays, maps, sets and buffers
 * are numbered in the order in which they begin; a repeated one is a reference to its number, so that memory which jobs
 * share travels once and is shared again.
 */
export const TAG = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  /** An integer from 0 to 2^53. */
  integer: 4,
  /** Any other number, as a 64-bit float. */
  float: 5,
  /** UTF-8. */
  text: 6,
  /** UTF-16, for text with lone surrogates. */
  utf16: 7,
  array: 8,
  object: 9,
  map: 10,
  set: 11,
  /** Source and flags. */
  pattern: 12,
  /** Length, then its bytes without zeros at the end. */
  sharedBuffer: 13,
  buffer: 14,
  /** Index of its type, buffer, byte offset, elements. */
  typedArray: 15,
  reference: 16,
  /** Index of memory that the receiver has. */
  external: 17,
} as const;

/** Typed arrays by their index in the encoding. */
export const TYPED_ARRAYS = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigUint64Array,
  BigInt64Array,
] as const;

/** Levels of nested values: a workload has up to 200 levels, a plan some more. */
export const MAX_LEVELS = 300;
