/** A connection string's part behind `scheme://`, taken apart. */
interface SplitAddress {
  /** `user:password` as written; `undefined`: none. */
  readonly userinfo: string | undefined;
  /** What is behind it: hosts, path, parameters. */
  readonly address: string;
}

/** One host or several, each perhaps with a port; an IPv6 address is in brackets. */
const HOSTS = /^(?:(?:\[[^\]]*\]|[^:,[\]]*)(?::\d*)?(?:,|$))*$/;

/**
 * Finds the credentials of what is no URL to Node, or a wrong one: several hosts, or a password in which `/`, `?`, `#` and `@` stand as
 * they are. In doubt it is a password, as this is for showing the rest.
 */
export function splitUserinfo(text: string): SplitAddress {
  const [authority = ''] = text.split(/[/?#]/, 1);
  const [beforeParameters = ''] = text.split(/\?[\w.-]+=/, 1);
  const at = (authority.includes('@') || HOSTS.test(authority) ? beforeParameters : text).lastIndexOf('@');
  return at === -1
    ? { userinfo: undefined, address: text }
    : { userinfo: text.slice(0, at), address: text.slice(at + 1) };
}

/** A user name or a password as it is meant; a lone % stands for itself. */
export function decodeUserinfo(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
