import { integer, sizeWithin, optional, text } from '../../values.ts';
import { z } from 'zod';
import { DEFAULTS } from '../../defaults.ts';
import { BODY_FORM_FIELDS } from './body.ts';
import { HOST_FIELDS } from './hosts.ts';
import { proxyField, TLS_FIELD, tlsSchema } from '../connection.ts';
import { authField, authSchema, basicSchema, HEADER_VALUE, HEADER_VALUE_FORM, headerName, TOKEN } from '../server.ts';

/** One status, a class of them, or a range: `204`, `2xx`, `200-204`. */
export const STATUS = /^[1-5](xx|\d\d|\d\d-[1-5]\d\d)$/;

/** An inclusive range of statuses. */
type StatusRange = readonly [from: number, to: number];

/** Range of a text that matches `STATUS`. */
function parseStatusRange(status: string): StatusRange {
  if (status.endsWith('xx')) return [Number(status[0]) * 100, Number(status[0]) * 100 + 99];
  const [from = '', to = from] = status.split('-');
  return [Number(from), Number(to)];
}

const STATUS_FORMS = 'must be a status (204), a class ("2xx"), a range ("200-204"), or a list of these';

const status = z.union(
  [
    z
      .int({ error: STATUS_FORMS })
      .min(100, { error: STATUS_FORMS })
      .max(599, { error: STATUS_FORMS })
      .transform((code): StatusRange => [code, code]),
    z
      .string()
      .regex(STATUS, { error: STATUS_FORMS, abort: true })
      .transform((given, { issues }) => {
        const range = parseStatusRange(given);
        if (range[0] <= range[1]) return range;
        const message = 'must be a range of statuses from the lower to the higher';
        issues.push({ code: 'custom', input: given, message, continue: true });
        return z.NEVER;
      }),
  ],
  { error: STATUS_FORMS },
);

function isRange(given: StatusRange | readonly StatusRange[]): given is StatusRange {
  return typeof given[0] === 'number';
}

/** Statuses that count as ok. */
export const statuses = z
  .union([status, z.array(status).min(1, { error: STATUS_FORMS })], { error: STATUS_FORMS })
  .transform((given): readonly StatusRange[] => (isRange(given) ? [given] : given));

const HEADER_SIZE_FORMS = 'must be a size from "1KiB" to "64MiB"';

/** More streams of one connection than servers allow by default. */
const MOST_STREAMS = 1000;

const headerSize = sizeWithin(1024, 64 * 1024 ** 2, HEADER_SIZE_FORMS);

const headers = z.record(
  headerName,
  z
    .string({ error: 'must be text, or null to send no such header' })
    .regex(HEADER_VALUE, { error: HEADER_VALUE_FORM })
    .nullable(),
);

/** TLS settings of connections to targets. */
const httpTlsSchema = z
  .strictObject({
    ...tlsSchema.shape,
    resume: optional(z.boolean(), {
      description:
        'Whether a new connection resumes the TLS session of the last one, for each connection of the job (a client). See [TLS sessions](http.md#tls-sessions).',
      default: DEFAULTS.http.resume_tls,
      examples: [true],
    }),
  })
  .meta({ id: 'http_tls', description: 'TLS of connections to targets. Paths are relative to the workload file.' });

/** HTTP settings of requests, for all jobs on the workload or for one job. */
export const httpSchema = z
  .strictObject({
    method: optional(z.string().regex(TOKEN, { error: 'must be an HTTP method such as "POST"' }), {
      description: "Method of the job's requests.",
      without: "the default of the job's type",
      examples: ['PUT'],
    }),
    path: optional(z.string().regex(/^\//, { error: 'must be a path that begins with /' }), {
      description:
        'Path and query, appended to the connection string; may contain template tags, whose values are percent-encoded, `{key}` (the key of the selected document) and `{collection}`.',
      without: "the default of the job's type and collection",
      examples: ['/search?q=#string'],
    }),
    headers: optional(headers, {
      description:
        'Headers by name, in any case. Values may contain template tags, `{key}`, `{collection}` and `${ENV_NAME}`; null removes a header set by the workload or by credentials.',
      without: 'only the headers that HTTP requires',
      examples: [{ 'x-tenant': 'acme' }],
    }),
    body: optional(z.unknown(), {
      description:
        'Body: text, or any JSON value; may contain template tags, whose values are escaped for the `content-type`. null sends no body.',
      without: "the default of the job's type",
      examples: [{ id: '#id' }, null],
    }),
    ...BODY_FORM_FIELDS,
    ...HOST_FIELDS,
    expect_status: optional(statuses, {
      description:
        'Statuses that count as ok: one, a class, a range, or a list. A 404 is an error, except to a read, update or drop_collection without a `path`: there it is a miss.',
      default: DEFAULTS.http.expect_status,
      examples: [204, '200-204', ['2xx', 304]],
    }),
    cookies: optional(z.boolean(), {
      description:
        'Keep the cookies that responses set, for each connection of the job (a user), and send them with its next requests. See [Cookies](http.md#cookies).',
      default: DEFAULTS.http.cookies,
      examples: [true],
    }),
    redirects: optional(integer(0, 20), {
      description:
        'Redirects that a request follows, 0 to 20, as a part of it and of its service time; more are a `protocol` error. See [Redirects](http.md#redirects).',
      default: DEFAULTS.http.redirects,
      examples: [5],
    }),
    version: optional(z.literal([1, 2]), {
      description: 'Version of HTTP: 1 (HTTP/1.1) or 2.',
      default: DEFAULTS.http.version,
    }),
    streams: optional(integer(1, MOST_STREAMS), {
      description:
        'HTTP/2: how many of the `connections` share one socket, each with one request at a time: 50 connections with 10 streams have 5 sockets. See [HTTP/2](http.md#http2).',
      default: DEFAULTS.http.streams,
      examples: [10],
    }),
    max_header_size: optional(headerSize, {
      description:
        'Limit of the headers of one response in bytes, `1KiB` to `64MiB`; more is a `protocol` error. HTTP/2 adds 32 bytes for each header.',
      default: DEFAULTS.http.max_header_size,
      examples: ['256KiB'],
    }),
    unix_socket: optional(text, {
      description: 'Unix socket to connect to instead of host and port; relative to the workload file.',
      without: "the connection string's host and port",
      examples: ['/run/service.sock'],
    }),
    proxy: proxyField,
    auth: authField('the connection string', 'TARGET_TOKEN'),
    tls: optional(httpTlsSchema, TLS_FIELD),
  })
  .meta({
    id: 'http',
    description: "HTTP settings. A job's override the workload's field by field; headers are merged.",
  });

/** Field names by the key that holds such an object, or by two keys. */
export const HTTP_FIELDS: Readonly<Record<string, readonly string[]>> = {
  http: Object.keys(httpSchema.shape),
  auth: Object.keys(authSchema.shape),
  basic: Object.keys(basicSchema.shape),
  'http.tls': Object.keys(httpTlsSchema.shape),
  tls: Object.keys(tlsSchema.shape),
};

/** HTTP settings, before defaults. */
export type HttpEntry = z.infer<typeof httpSchema>;
