/**
 * Percent-encodes a text as one path segment, or one name or value of a query or form. An unpaired surrogate, which
 * UTF-8 cannot encode, becomes U+FFFD.
 */
export function percentEncode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return encodeURIComponent(toWellFormed(text));
  }
}

/**
 * Excludes the characters of a request target (RFC 9112, section 3.2) and some that servers accept; `#` starts a
 * fragment.
 */
const NOT_IN_TARGET = /[^!"$-~]+/g;

/** Percent-encodes only characters that are invalid in a request target: blanks, controls, `#`, and non-ASCII. */
export function encodeTarget(text: string): string {
  return text.replace(NOT_IN_TARGET, percentEncode);
}

function toWellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}
