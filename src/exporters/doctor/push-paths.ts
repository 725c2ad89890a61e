/** What the URLs of receivers end in, behind whatever prefix they stand under. */
const PUSH_PATH =
  /\/(api\/v1\/import\/prometheus(\/.*)?|api\/v1\/(write|push)|(opentelemetry|otlp|api\/v1\/otlp)(\/api)?\/v1\/(metrics|push)|v1\/metrics|metrics(\/job(@base64)?\/.*)?)\/?$/;

/** Origin and prefix under which a receiver stands: `http://proxy/vm` of `http://proxy/vm/api/v1/write`. */
export function baseOf(pushUrl: string): string {
  const { origin, pathname } = new URL(pushUrl);
  const prefix = PUSH_PATH.test(pathname) ? pathname.replace(PUSH_PATH, '') : '';
  return origin + prefix;
}

/**
 * Where what was pushed might be queried, each with `/api/v1/...` below it: beside the path it was pushed to, at the reading
 * side of a cluster, or under the prefix that Mimir has for it.
 */
export function queryBasesOf(pushUrl: string): string[] {
  const base = baseOf(pushUrl).replace(/\/insert\/([^/]+)/, '/select/$1');
  return base.endsWith('/prometheus') ? [base] : [base, `${base}/prometheus`];
}
