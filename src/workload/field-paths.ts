import type { Path } from './diagnostics.ts';

const HTTP_SECRETS: ReadonlySet<unknown> = new Set(['headers', 'auth', 'proxy']);
const GRAFANA_SECRETS: ReadonlySet<unknown> = new Set(['url', 'token', 'proxy']);
const URL_SECRETS: ReadonlySet<unknown> = new Set(['url', ...HTTP_SECRETS]);

/** Whether a field may hold credentials. Values of such fields are never shown. */
export function mayHoldSecret(path: Path): boolean {
  if (path[0] === 'connection_string' || path[0] === 'targets') return true;
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

/** Parts of a response that `expect` compares with values of the workload. */
const COMPARED_PARTS: ReadonlySet<unknown> = new Set(['headers', 'body', 'json']);
/** Comparisons whose value may be a template. */
export const TEMPLATE_COMPARISONS: readonly string[] = ['equal', 'not_equal', 'contains', 'not_contains'];

/** Whether a field is compared with a part of a response. @param areTemplates only those that may be templates */
function isComparedValue(path: Path, areTemplates: boolean): boolean {
  const [field, part, ...inner] = withinRequest(path);
  if (field !== 'expect' || !COMPARED_PARTS.has(part)) return false;
  // Headers and JSON paths have a name before the comparison.
  const comparison = inner[part === 'body' ? 0 : 1];
  return !areTemplates || typeof comparison !== 'string' || TEMPLATE_COMPARISONS.includes(comparison);
}

/** Whether a field is the condition of a step. */
export function isCondition(path: Path): boolean {
  const [field, ...inner] = withinRequest(path);
  return field === 'if' && inner.length === 0;
}

/**
 * Whether a field is a part of a request, handles its response, or is for the driver: it may hold secrets, which the
 * agent sends or compares and never shows.
 */
export function isRequestField(path: Path): boolean {
  const [field] = withinRequest(path);
  return (
    isTemplateField(path) ||
    isComparedValue(path, false) ||
    isCondition(path) ||
    field === 'capture' ||
    field === 'driver_options'
  );
}

const REQUEST_TEMPLATES: ReadonlySet<unknown> = new Set(['filter', 'sql', 'command', 'variables', 'for_each']);
const HTTP_TEMPLATES: ReadonlySet<unknown> = new Set(['path', 'headers', 'body', 'form', 'multipart']);

/** Whether a field is the path of a file in a multipart body. */
export function isPartFile(path: Path): boolean {
  return path.at(-1) === 'file' && withinHttp(path)[0] === 'multipart';
}

/** Whether a field may contain template tags. */
export function isTemplateField(path: Path): boolean {
  if (path[0] === 'schemas') return path[2] === 'schema' || path[2] === 'template';
  const [field, inner] = withinRequest(path);
  if (isPartFile(path)) return false;
  if (isComparedValue(path, true)) return true;
  return REQUEST_TEMPLATES.has(field) || (field === 'http' && HTTP_TEMPLATES.has(inner));
}

/** Path relative to the `http` of the workload, a job or an operation; empty for other paths. */
export function withinHttp(path: Path): Path {
  const rest = withinRequest(path);
  return rest[0] === 'http' ? rest.slice(1) : [];
}

/** Lists of jobs, operations and steps. */
const REQUEST_LISTS: ReadonlySet<unknown> = new Set([
  'jobs',
  'parallel',
  'mixed',
  'before',
  'steps',
  'after',
  'one_of',
]);

/** Path relative to a job, an operation or a step; other paths are returned unchanged. */
export function withinRequest(path: Path): Path {
  let rest = path;
  while (REQUEST_LISTS.has(rest[0]) && typeof rest[1] === 'number') rest = rest.slice(2);
  return rest;
}
