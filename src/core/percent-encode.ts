/**
 * Percent-encodes a text so that it is one path segment, or one name or value of a query or form. A surrogate without its
 * other half, which UTF-8 cannot hold, becomes U+FFFD.
 */
export function percentEncode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return encodeURIComponent(toWellFormed(text));
  }
}

/** Characters of a request target (RFC 9112, section 3.2) and some that servers accept there; `#` begins a fragment. */
const NOT_IN_TARGET = /[^!"$-~]+/g;

/** Percent-encodes only the characters that cannot stand in a request target: blanks, controls, `#`, and beyond ASCII. */
export function legalizeTarget(text: string): string {
  return text.replace(NOT_IN_TARGET, percentEncode);
}

function toWellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}
