/** Push paths of receivers, after any prefix. */
const PUSH_PATH =
  /\/(api\/v1\/import\/prometheus(\/.*)?|api\/v1\/(write|push)|(opentelemetry|otlp|api\/v1\/otlp)(\/api)?\/v1\/(metrics|push)|v1\/metrics|metrics(\/job(@base64)?\/.*)?)\/?$/;

/** Origin and prefix of a receiver: `http://proxy/vm` of `http://proxy/vm/api/v1/write`. */
export function baseOf(pushUrl: string): string {
  const { origin, pathname } = new URL(pushUrl);
  const prefix = PUSH_PATH.test(pathname) ? pathname.replace(PUSH_PATH, '') : '';
  return origin + prefix;
}

/**
 * Possible base URLs of the query API `/api/v1/...`: next to the push path, at the reading side of a cluster, or under
 * Mimir's prefix.
 */
export function queryBasesOf(pushUrl: string): string[] {
  const base = baseOf(pushUrl).replace(/\/insert\/([^/]+)/, '/select/$1');
  return base.endsWith('/prometheus') ? [base] : [base, `${base}/prometheus`];
}
