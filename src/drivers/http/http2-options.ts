import type { SecureClientSessionOptions } from 'node:http2';

/**
 * Flow-control window in bytes. Bodies are discarded as they arrive, so a large window costs no memory and saves round
 * trips.
 */
export const WINDOW_BYTES = 1024 * 1024;

/**
 * Memory limit of a session in megabytes, mainly for its unsent body. Node's default of 10 would reject the responses
 * to larger uploads.
 */
const SESSION_MEGABYTES = 4096;

/** Overhead that HTTP/2 counts for each field of a header list, in bytes (RFC 9113, section 6.5.2). */
const FIELD_BYTES = 32;

/** Options of a session. */
export function http2Options(maxHeaderBytes: number): SecureClientSessionOptions {
  return {
    maxSessionMemory: SESSION_MEGABYTES,
    maxHeaderListPairs: Math.ceil(maxHeaderBytes / FIELD_BYTES),
    settings: { enablePush: false, initialWindowSize: WINDOW_BYTES, maxHeaderListSize: maxHeaderBytes },
  };
}
