declare module 'snappyjs' {
  /** Snappy's block format: no framing, no checksums. */
  export function compress(data: Uint8Array): Uint8Array;
  export function uncompress(data: Uint8Array, maxLength?: number): Uint8Array;
}
