/** A decoded header block: the headers of a response, or its trailers. */
export interface HeaderBlock {
  /** Alternating names and values, in order. Not complete if there is a problem. */
  readonly fields: readonly string[];
  /** Status of the response; 0: none, as in trailers. */
  readonly status: number;
  /** -1: not given. */
  readonly contentLength: number;
  /** Why the block is malformed, as the end of "the server's response has"; empty: it is not. */
  readonly problem: string;
}

/** Headers of HTTP/1.1 connections, which HTTP/2 forbids (RFC 9113, section 8.2.2). */
const PER_CONNECTION = new Set(['connection', 'proxy-connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** Lower-case name of a field: a token of RFC 9110 without upper-case letters. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const STATUS = /^[1-9]\d\d$/;
const LENGTH = /^\d{1,15}$/;
// eslint-disable-next-line no-control-regex -- the characters that a value must not contain
const BREAKS = /[\0\r\n]/;

/** Reads the fields of a header block (RFC 9113, section 8.2). */
export function readBlock(fields: readonly string[]): HeaderBlock {
  let status = 0;
  let contentLength = -1;
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!; // names and values alternate
    const value = fields[at + 1]!;
    if (name.startsWith(':')) {
      if (name !== ':status' || at > 0 || !STATUS.test(value)) return malformed(fields, `a malformed pseudo-header`);
      status = Number(value);
    } else if (!NAME.test(name) || BREAKS.test(value)) return malformed(fields, 'a malformed header');
    else if (PER_CONNECTION.has(name)) return malformed(fields, `the header ${name}, which HTTP/2 forbids`);
    else if (name === 'content-length') {
      const length = LENGTH.test(value) ? Number(value) : -1;
      if (length < 0 || (contentLength >= 0 && contentLength !== length))
        return malformed(fields, 'a malformed content-length');
      contentLength = length;
    }
  }
  return { fields, status, contentLength, problem: '' };
}

export function malformed(fields: readonly string[], problem: string): HeaderBlock {
  return { fields, status: 0, contentLength: -1, problem };
}
