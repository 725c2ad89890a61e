import type { Path } from './path.ts';

const HTTP_SECRETS: ReadonlySet<unknown> = new Set(['headers', 'auth', 'proxy']);
const GRAFANA_SECRETS: ReadonlySet<unknown> = new Set(['url', 'token', 'proxy']);
const URL_SECRETS: ReadonlySet<unknown> = new Set(['url', ...HTTP_SECRETS]);

/** Whether a field may hold credentials. Values of such fields are never shown. */
export function mayHoldSecret(path: Path): boolean {
  if (path[0] === 'connection_string') return true;
  if (path[0] === 'agent') {
    if (path[1] === 'grafana') return GRAFANA_SECRETS.has(path[2]);
    return path[1] === 'metrics_export_url' || (path[1] === 'metrics_export_targets' && URL_SECRETS.has(path[3]));
  }
  if (path[0] === 'thresholds') return path[2] === 'prometheus';
  if (path[0] === 'sources') return URL_SECRETS.has(path[2]);
  return HTTP_SECRETS.has(withinHttp(path)[0]);
}

/** Whether a field is the value of a header, which may be a template. */
export function isHeader(path: Path): boolean {
  return withinHttp(path)[0] === 'headers';
}

/** Headers whose values are worth reading and are not secret. */
const HARMLESS = /^(?:accept(?:-.*)?|cache-control|connection|content-(?:type|encoding|language)|user-agent)$/i;

/** Whether a field that is a header is shown with its value. */
export function isHarmlessHeader(path: Path): boolean {
  return HARMLESS.test(String(path.at(-1)));
}

/** Whether a value is a Redis command given as words. */
export function isCommand(value: unknown, path: Path): value is readonly string[] {
  return (
    path.at(-1) === 'command' &&
    path[0] === 'jobs' &&
    Array.isArray(value) &&
    value.every((word) => typeof word === 'string')
  );
}

const REQUEST_TEMPLATES: ReadonlySet<unknown> = new Set(['filter', 'sql', 'command']);
const HTTP_TEMPLATES: ReadonlySet<unknown> = new Set(['path', 'headers', 'body']);

/** Whether a field may contain template tags. */
export function isTemplateField(path: Path): boolean {
  if (path[0] === 'schemas') return path[2] === 'schema' || path[2] === 'template';
  const [field, inner] = withinRequest(path);
  return REQUEST_TEMPLATES.has(field) || (field === 'http' && HTTP_TEMPLATES.has(inner));
}

/** Path relative to the `http` of the workload, a job or an operation; empty for other paths. */
function withinHttp(path: Path): Path {
  const rest = withinRequest(path);
  return rest[0] === 'http' ? rest.slice(1) : [];
}

/** Path relative to a job or an operation; other paths are returned unchanged. */
function withinRequest(path: Path): Path {
  let rest = path;
  if (rest[0] === 'jobs') rest = rest.slice(2);
  if (rest[0] === 'parallel') rest = rest.slice(2);
  if (rest[0] === 'mixed') rest = rest.slice(2);
  return rest;
}
