import type { SecureClientSessionOptions } from 'node:http2';

/** Bytes that a server may send ahead. Bodies are discarded as they come, so this bounds no memory, only round trips. */
export const WINDOW_BYTES = 1024 * 1024;

/** Megabytes that a session may hold, its unsent body above all. Node's own 10 would refuse the answers to larger uploads. */
const SESSION_MEGABYTES = 4096;

/** Bytes that HTTP/2 adds to each field when it counts a header list (RFC 9113, section 6.5.2). */
const FIELD_BYTES = 32;

/** What a session is opened with, beside its socket. */
export function http2Options(maxHeaderBytes: number): SecureClientSessionOptions {
  return {
    maxSessionMemory: SESSION_MEGABYTES,
    maxHeaderListPairs: Math.ceil(maxHeaderBytes / FIELD_BYTES),
    settings: { enablePush: false, initialWindowSize: WINDOW_BYTES, maxHeaderListSize: maxHeaderBytes },
  };
}
