import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { parseStatusRange, STATUS } from '../status-range.ts';
import { optional, required } from './field.ts';
import { text } from './values.ts';

const STATUS_FORMS = 'must be a status (204), a class ("2xx"), a range ("200-204"), or a list of these';
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

const status = z.union(
  [
    z.int({ error: STATUS_FORMS }).min(100, { error: STATUS_FORMS }).max(599, { error: STATUS_FORMS }),
    z
      .string()
      .regex(STATUS, { error: STATUS_FORMS, abort: true })
      .refine(isAscending, { error: 'must be a range of statuses from the lower to the higher' }),
  ],
  { error: STATUS_FORMS },
);

function isAscending(range: string): boolean {
  const [from, to] = parseStatusRange(range);
  return from <= to;
}

/** Name of a header. */
export const headerName = z.string().regex(TOKEN, { error: 'is no valid header name' });

/** Pattern of a header's value. */
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
export const HEADER_VALUE_FORM = 'must be a header value: printable text on one line';

const headers = z.record(
  headerName,
  z
    .string({ error: 'must be text, or null to send no such header' })
    .regex(HEADER_VALUE, { error: HEADER_VALUE_FORM })
    .nullable(),
);

const basicSchema = z
  .strictObject({
    username: required(z.string(), { description: 'User name.', examples: ['loadbot'] }),
    password: required(z.string(), { description: 'Password.', examples: ['${TARGET_PASSWORD}'] }),
  })
  .meta({ id: 'basic', description: 'Basic authentication.' });

const ONE_WAY = 'must hold either `basic` or `bearer`';

/** Credentials of a request. */
export const authSchema = z
  .strictObject({
    basic: optional(basicSchema, {
      description: 'User name and password; both may hold `${ENV_NAME}`.',
      examples: [{ username: 'loadbot', password: '${TARGET_PASSWORD}' }],
    }),
    bearer: optional(text, {
      description: 'Token; may hold `${ENV_NAME}`.',
      examples: ['${TARGET_TOKEN}'],
    }),
  })
  .refine(({ basic, bearer }) => (basic === undefined) !== (bearer === undefined), { error: ONE_WAY })
  .meta({ id: 'auth', description: 'Credentials: either `basic` or `bearer`.', minProperties: 1, maxProperties: 1 });

/** How a connection to a TLS server is made. */
export const tlsSchema = z
  .strictObject({
    ca: optional(text, {
      description: 'File with the certificates (PEM) that the server is verified against.',
      without: "the runtime's own certificates",
      examples: ['certs/ca.pem'],
    }),
    cert: optional(text, {
      description: 'File with the client certificate (PEM); needs `key`.',
      without: 'no client certificate',
      examples: ['certs/client.pem'],
    }),
    key: optional(text, {
      description: "File with the client certificate's private key (PEM); needs `cert`.",
      without: 'no client certificate',
      examples: ['certs/client.key'],
    }),
    server_name: optional(text, {
      description: 'Name that the server is asked for (SNI) and verified as.',
      without: "the URL's host",
      examples: ['api.example.com'],
    }),
    insecure_skip_verify: optional(z.boolean(), {
      description: 'Accept any certificate. Only for tests: anybody can then pose as the server.',
      default: DEFAULTS.http.insecure_skip_verify,
    }),
  })
  .meta({ id: 'tls', description: 'TLS. Paths are relative to the workload file.' });

/** How requests look over HTTP; on the workload for all jobs, on a job for itself. */
export const httpSchema = z
  .strictObject({
    method: optional(z.string().regex(TOKEN, { error: 'must be an HTTP method such as "POST"' }), {
      description: "Method of the job's requests.",
      without: "that of the job's type",
      examples: ['PUT'],
    }),
    path: optional(z.string().regex(/^\//, { error: 'must be a path that begins with /' }), {
      description: 'Path and query, appended to the connection string; may hold template tags.',
      without: "that of the job's type and collection",
      examples: ['/search?q=#string'],
    }),
    headers: optional(headers, {
      description:
        'Headers by name, in any case. Values may hold template tags and `${ENV_NAME}`; null removes a header that the workload or a credential set.',
      without: 'none beyond those that HTTP needs',
      examples: [{ 'x-tenant': 'acme' }],
    }),
    body: optional(z.unknown(), {
      description: 'Body: text, or any JSON value; may hold template tags. null sends none.',
      without: "that of the job's type",
      examples: [{ id: '#id' }, null],
    }),
    expect_status: optional(
      z.union([status, z.array(status).min(1, { error: STATUS_FORMS })], { error: STATUS_FORMS }),
      {
        description:
          'Statuses that count as ok: one, a class, a range, or a list. A 404 to a read or update is a miss.',
        default: DEFAULTS.http.expect_status,
        examples: [204, '200-204', ['2xx', 304]],
      },
    ),
    version: optional(z.literal([1, 2]), {
      description: 'Version of HTTP: 1 (HTTP/1.1) or 2.',
      default: DEFAULTS.http.version,
    }),
    unix_socket: optional(text, {
      description: 'Unix socket to connect to instead of host and port; relative to the workload file.',
      without: "the connection string's host and port",
      examples: ['/run/service.sock'],
    }),
    proxy: optional(text.nullable(), {
      description: 'Proxy, an http or https URL; may hold `${ENV_NAME}`. null goes direct.',
      without: 'HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the environment; loopback hosts are reached directly',
      examples: ['http://proxy.example.com:3128', null],
    }),
    auth: optional(authSchema, {
      description: 'Credentials, sent as the header `authorization`.',
      without: 'those in the connection string, if any',
      examples: [{ bearer: '${TARGET_TOKEN}' }],
    }),
    tls: optional(tlsSchema, {
      description: 'TLS settings for https.',
      without: 'the server is verified',
      examples: [{ ca: 'certs/ca.pem' }],
    }),
  })
  .meta({
    id: 'http',
    description: "HTTP settings. A job's override the workload's field by field; headers are merged.",
  });

/** Field names by the key that holds such an object. */
export const HTTP_FIELDS: Readonly<Record<string, readonly string[]>> = {
  http: Object.keys(httpSchema.shape),
  auth: Object.keys(authSchema.shape),
  basic: Object.keys(basicSchema.shape),
  tls: Object.keys(tlsSchema.shape),
};

/** HTTP settings as the file gives them. */
export type HttpEntry = z.infer<typeof httpSchema>;
