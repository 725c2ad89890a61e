import { isBuiltIn } from '../../../driver-catalog.ts';
import type { Target } from '../../../plan/target.ts';
import { checkBody } from './body.ts';
import { checkTargets } from './hosts.ts';
import type { PathDiagnostic, Path } from '../../diagnostics.ts';
import { asObject, requestsOf, sourcesOf, type ConfigObject, jobsOf } from '../../entries.ts';

const PLACEHOLDERS: ReadonlySet<string> = new Set(['{key}', '{collection}']);

/** Reports contradictory HTTP settings. */
export function checkHttp(file: unknown): PathDiagnostic[] {
  const root = { path: [], fields: asObject(file) ?? {} };
  return [
    ...checkTargets(file),
    ...checkExport(asObject(root.fields['agent'])),
    ...sourcesOf(file).flatMap(({ path, fields }) => checkSettings(fields, path)),
    ...[root, ...requestsOf(file)].flatMap(checkHolder),
  ];
}

/** Checks the push targets and the Grafana settings. */
function checkExport(agent: ConfigObject['fields'] | undefined): PathDiagnostic[] {
  const targets = agent?.['metrics_export_targets'];
  const ofTargets = (Array.isArray(targets) ? targets : []).flatMap((target: unknown, index) =>
    checkSettings(asObject(target), ['agent', 'metrics_export_targets', index]),
  );
  return ofTargets.concat(checkSettings(asObject(agent?.['grafana']), ['agent', 'grafana']));
}

function checkHolder({ fields, path }: ConfigObject): PathDiagnostic[] {
  const http = asObject(fields['http']);
  return [
    ...checkSettings(http, [...path, 'http']),
    ...checkPath(http?.['path'], [...path, 'http', 'path']),
    ...checkBody(http ?? {}, [...path, 'http']),
  ];
}

/** Reports path segments in braces that are not a placeholder: they would be sent literally. */
function checkPath(value: unknown, path: Path): PathDiagnostic[] {
  if (typeof value !== 'string') return [];
  const segments = value.replace(/\?.*$/s, '').split('/');
  return segments
    .filter((segment) => /^\{\w+\}$/.test(segment) && !PLACEHOLDERS.has(segment))
    .map((segment) => ({
      path,
      message: `\`${segment}\` is not a placeholder`,
      hint: `there are \`{key}\` and \`{collection}\`; to send it literally, write \`${encodeURIComponent(segment)}\``,
    }));
}

function checkSettings(http: ConfigObject['fields'] | undefined, path: Path): PathDiagnostic[] {
  if (http === undefined) return [];
  const tls = asObject(http['tls']);
  const findings = checkHeaders(http['headers'], [...path, 'headers']);
  if (typeof http['proxy'] === 'string' && http['unix_socket'] !== undefined) {
    const message = '`proxy` and `unix_socket` are both given; a unix socket has no proxy';
    findings.push({ path: [...path, 'proxy'], part: 'key', message, hint: 'keep one of the two' });
  }
  for (const name of ['connect_to', 'local_addresses']) {
    if (http['unix_socket'] === undefined || http[name] === undefined) continue;
    const message = `\`${name}\` has no effect beside \`unix_socket\``;
    findings.push({ path: [...path, name], part: 'key', message, hint: 'keep one of the two' });
  }
  if (http['auth'] !== undefined && headerNames(http['headers']).some((name) => isAuthorization(name))) {
    const message = '`auth` and a header `authorization` are both given';
    findings.push({ path: [...path, 'auth'], part: 'key', message, hint: 'keep one of the two' });
  }
  for (const [name, other] of [
    ['cert', 'key'],
    ['key', 'cert'],
  ] as const) {
    if (tls?.[name] !== undefined && tls[other] === undefined) {
      findings.push({ path: [...path, 'tls', name], part: 'key', message: `\`${name}\` needs \`${other}\`` });
    }
  }
  return findings;
}

function checkHeaders(headers: unknown, path: Path): PathDiagnostic[] {
  const seen = new Map<string, string>();
  return headerNames(headers).flatMap((name) => {
    const earlier = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    if (earlier === undefined) return [];
    return [{ path: [...path, name], part: 'key', message: `\`${name}\` and \`${earlier}\` are the same header` }];
  });
}

function headerNames(headers: unknown): string[] {
  return Object.keys(asObject(headers) ?? {});
}

function isAuthorization(name: string): boolean {
  return name.toLowerCase() === 'authorization';
}

/** Reports connection settings that the target ignores or that would redirect it. */
export function checkHttpConnection(file: unknown, target: Target): PathDiagnostic[] {
  const root = { path: [], fields: asObject(file) ?? {} };
  return [root, ...jobsOf(file)].flatMap(({ path, fields }) => {
    const http = asObject(fields['http']) ?? {};
    const shared = asObject(root.fields['http']) ?? {};
    const streams = checkStreams({ ...shared, ...http }, fields, path);
    if (streams !== undefined) return [streams];
    return Object.entries(http).flatMap(([name, value]): PathDiagnostic[] => {
      const message = reasonAgainst(name, value, target, { ...shared, ...http });
      return message === undefined
        ? []
        : [{ path: [...path, 'http', name], part: 'key', message: `\`${name}\` ${message}`, hint: 'leave it out' }];
    });
  });
}

function reasonAgainst(
  name: string,
  value: unknown,
  target: Target,
  http: Readonly<Record<string, unknown>>,
): string | undefined {
  if (isBuiltIn(target)) {
    if (name === 'version' && value === 2) return 'must be 1: the built-in store supports only HTTP/1.1';
    const isUnused =
      ['tls', 'unix_socket', 'connect_to', 'local_addresses'].includes(name) || (name === 'proxy' && value !== null);
    return isUnused ? 'has no effect: the built-in store is reached directly' : undefined;
  }
  const hasTls = target.url.startsWith('https:') || String(http['proxy']).startsWith('https:');
  return name === 'tls' && !hasTls ? 'has no effect: the connection string is not an https URL' : undefined;
}

/** Reports requests that cannot share a connection. */
function checkStreams(
  http: Readonly<Record<string, unknown>>,
  { reconnect }: ConfigObject['fields'],
  path: Path,
): PathDiagnostic | undefined {
  if (typeof http['streams'] !== 'number' || http['streams'] === 1) return undefined;
  const place = { path: [...path, 'http', 'streams'], part: 'key' } as const;
  if (http['version'] !== 2) {
    const message = '`streams` needs HTTP/2: a connection of HTTP/1.1 has one request at a time';
    return { ...place, message, hint: 'set `version` to 2, or leave `streams` out' };
  }
  if (reconnect === undefined) return undefined;
  const message = '`streams` and `reconnect` exclude each other: a shared connection is not closed for one request';
  return { ...place, message, hint: 'leave one of the two out' };
}
