import { isHttpServer } from '../../../driver-catalog.ts';
import type { FileReader } from '../../plan-context.ts';
import { basicAuthorization, type Connection } from '../connection-string.ts';
import { DEFAULTS } from '../../defaults.ts';
import { escapeTags } from '../../variables.ts';
import type { Path } from '../../diagnostics.ts';
import type { HttpEntry } from './schema.ts';
import { BODY_FIELDS, planBodyForm } from './body.ts';
import type { TargetConnections } from './hosts.ts';
import { parseSize } from '../../values.ts';
import type { Json } from '../../../shared/json.ts';
import type { HttpOptions } from '../../../plan/target.ts';
import { requireFileAccess } from '../../../shared/file-access.ts';
import { unreadableReason } from '../../read/unreadable-reason.ts';
import { environmentProxy, mergeTls } from '../connection.ts';

const MAX_HEADER_BYTES = parseSize(DEFAULTS.http.max_header_size);

/** Settings of the workload or of a job, with their place in the file. */
export interface HttpLevel {
  readonly http: HttpEntry | undefined;
  readonly path: Path;
}

/** Hosts that requests may be sent to. */
interface Hosts {
  readonly connection: Connection;
  readonly targets: TargetConnections;
}

/** The absolute path of a unix socket; one that the workload must not use is reported. */
function planUnixSocket(socket: string, path: Path, reader: FileReader): string {
  const absolute = reader.resolve(path, socket);
  try {
    return requireFileAccess(absolute);
  } catch (error) {
    reader.report({ path, message: `cannot connect to ${socket}: ${unreadableReason(error)}` });
    return absolute;
  }
}

/** Merges the levels field by field, later ones last. The connection string's credentials are the lowest of all. */
export function mergeHttp(
  { connection, targets }: Hosts,
  levels: readonly HttpLevel[],
  reader: FileReader,
): HttpOptions {
  const merged = levels.reduce<HttpEntry>(overridden, {});
  const { body, unix_socket: socket } = merged;
  const other = merged.target === undefined ? undefined : targets.get(merged.target);
  return {
    version: merged.version ?? DEFAULTS.http.version,
    streams: merged.streams ?? DEFAULTS.http.streams,
    tls: mergeTls(
      levels.map(({ http, path }) => ({ tls: http?.tls, path: [...path, 'tls'] })),
      reader,
    ),
    resumesTls:
      levels.findLast(({ http }) => http?.tls?.resume !== undefined)?.http?.tls?.resume ?? DEFAULTS.http.resume_tls,
    proxy: proxyOf(other ?? connection, merged, reader),
    unixSocket: socket === undefined ? undefined : planUnixSocket(socket, placeOf(levels, 'unix_socket'), reader),
    maxHeaderBytes: merged.max_header_size ?? MAX_HEADER_BYTES,
    targetUrl: other?.target.url,
    connectTo: merged.connect_to ?? {},
    localAddresses: merged.local_addresses ?? [],
    headers: mergeHeaders({ connection, targets }, levels),
    method: merged.method?.toUpperCase(),
    path: merged.path,
    body: body as Json | undefined, // the parsers make nothing but JSON values
    bodyForm: planBodyForm(merged, levels, reader),
    compress: merged.compress ?? undefined,
    cookies: merged.cookies ?? DEFAULTS.http.cookies,
    redirects: merged.redirects ?? DEFAULTS.http.redirects,
    expectStatus: merged.expect_status ?? [],
  };
}

/** A level's body replaces the earlier one, whatever its form. */
function overridden(earlier: HttpEntry, { http }: HttpLevel): HttpEntry {
  const hasBody = BODY_FIELDS.some((field) => http?.[field] !== undefined);
  const { body: _, form: _form, multipart: _multipart, body_file: _file, ...rest } = earlier;
  return { ...(hasBody ? rest : earlier), ...http };
}

/** Place of the level that sets a field. */
function placeOf(levels: readonly HttpLevel[], field: keyof HttpEntry): Path {
  const level = levels.findLast(({ http }) => http?.[field] !== undefined);
  return [...(level?.path ?? []), field];
}

function proxyOf({ target }: Connection, http: HttpEntry, reader: FileReader): string | undefined {
  if (!isHttpServer(target)) return undefined;
  if (http.proxy !== undefined) return http.proxy ?? undefined;
  if (http.unix_socket !== undefined) return undefined;
  const { proxy, fault } = environmentProxy(target.url);
  if (fault !== undefined) {
    reader.report({ path: [], ...fault, hint: `${fault.hint ?? ''}, or give \`http.proxy\` (null: none)` });
  }
  return proxy;
}

/** @returns headers; the credentials for one host are not those for another that a later level names */
function mergeHeaders({ connection, targets }: Hosts, levels: readonly HttpLevel[]): Record<string, string> {
  const headers = new Map<string, string>();
  const setCredentials = ({ authorization }: Connection): void => {
    for (const name of ['authorization', 'cookie']) headers.delete(name);
    if (authorization !== undefined) headers.set('authorization', authorization);
  };
  setCredentials(connection);
  for (const { http } of levels) {
    const target = http?.target === undefined ? undefined : targets.get(http.target);
    if (target !== undefined) setCredentials(target);
    const credentials = authorizationOf(http?.auth);
    if (credentials !== undefined) headers.set('authorization', credentials);
    for (const [name, value] of Object.entries(http?.headers ?? {})) {
      if (value === null) headers.delete(name.toLowerCase());
      else headers.set(name.toLowerCase(), value);
    }
  }
  return Object.fromEntries(headers);
}

function authorizationOf(auth: HttpEntry['auth']): string | undefined {
  if (auth?.basic !== undefined) return basicAuthorization(auth.basic.username, auth.basic.password);
  // Header values are templates: a # in a token must not start a tag.
  return auth?.bearer === undefined ? undefined : escapeTags(`Bearer ${auth.bearer}`);
}
