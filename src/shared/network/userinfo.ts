/** The part of a connection string after `scheme://`. */
interface SplitAddress {
  /** `user:password` as written; `undefined`: none. */
  readonly userinfo: string | undefined;
  /** The rest: hosts, path, parameters. */
  readonly address: string;
}

/** One or several hosts with optional ports; IPv6 addresses are in brackets. */
const HOSTS = /^(?:(?:\[[^\]]*\]|[^:,[\]]*)(?::\d*)?(?:,|$))*$/;

/**
 * Finds the credentials in text that Node cannot parse as a URL, or parses wrongly: several hosts, or a password with
 * unescaped `/`, `?`, `#` and `@`. In doubt, text counts as a password, since the rest is shown.
 */
export function splitUserinfo(text: string): SplitAddress {
  const [authority = ''] = text.split(/[/?#]/, 1);
  const [beforeParameters = ''] = text.split(/\?[\w.-]+=/, 1);
  const at = (authority.includes('@') || HOSTS.test(authority) ? beforeParameters : text).lastIndexOf('@');
  return at === -1
    ? { userinfo: undefined, address: text }
    : { userinfo: text.slice(0, at), address: text.slice(at + 1) };
}

/** Decodes a user name or a password; a lone % is literal. */
export function decodeUserinfo(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
