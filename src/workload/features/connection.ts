import { isFault, type ReportProblem, type FieldPlace, type TextFault, type Path } from '../diagnostics.ts';
import type { FileReader } from '../plan-context.ts';
import { getProxyForUrl } from 'proxy-from-env';
import { z } from 'zod';
import { LoadbotError } from '../../shared/errors.ts';
import type { TlsOptions } from '../../shared/network/destination.ts';
import { isLoopback } from '../../shared/network/loopback.ts';
import { redactUrl } from '../../shared/redact.ts';
import { DEFAULTS } from '../defaults.ts';
import { parseHttpUrl } from '../http-url.ts';
import { unreadableReason } from '../read/unreadable-reason.ts';
import { checkedText, optional, text } from '../values.ts';

/** Settings of a TLS connection. */
export const tlsSchema = z
  .strictObject({
    ca: optional(text, {
      description: 'File with the CA certificates (PEM) to verify the server.',
      without: 'the CA certificates of the runtime',
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
      description: 'Server name for SNI and certificate verification.',
      without: "the URL's host",
      examples: ['api.example.com'],
    }),
    insecure_skip_verify: optional(z.boolean(), {
      description: 'Accept any certificate. Only for tests: allows man-in-the-middle attacks.',
      default: DEFAULTS.http.insecure_skip_verify,
    }),
  })
  .meta({ id: 'tls', description: 'TLS. Paths are relative to the workload file.' });

/** Description of the field with the TLS settings for an https URL. */
export const TLS_FIELD = {
  description: 'TLS settings for https.',
  without: 'the server is verified',
  examples: [{ ca: 'certs/ca.pem' }],
};

/** TLS settings for an https URL. */
export const tlsField = optional(tlsSchema, TLS_FIELD);

/** Error of a proxy's URL: only its host and its credentials are used. */
function proxyFault(text: string): TextFault | undefined {
  const url = parseHttpUrl(text, { path: false, query: false });
  return isFault(url) ? url : undefined;
}

/** Proxy for a URL. */
export const proxyField = optional(checkedText(proxyFault).nullable(), {
  description: 'Proxy, an http or https URL; may contain `${ENV_NAME}`. null disables the proxy.',
  without: 'HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the environment; loopback hosts are reached directly',
  examples: ['http://proxy.example.com:3128', null],
});

type TlsEntry = z.infer<typeof tlsSchema>;

/** A level of settings with its place in the file. */
export interface TlsLevel {
  readonly tls: TlsEntry | undefined;
  readonly path: Path;
}

/** Merges settings field by field, later levels last, and reads the files they name. */
export function mergeTls(levels: readonly TlsLevel[], reader: FileReader): TlsOptions {
  const merged: TlsEntry = Object.assign({}, ...levels.map(({ tls }) => tls));
  const read = (field: 'ca' | 'cert' | 'key'): string | undefined => {
    const name = merged[field];
    if (name === undefined) return undefined;
    // The level that gave the name.
    const path = [...(levels.findLast(({ tls }) => tls?.[field] !== undefined)?.path ?? []), field];
    try {
      return reader.readFile(reader.resolve(path, name));
    } catch (error) {
      reader.report({
        path,
        message: `cannot read ${name}: ${unreadableReason(error)}`,
        hint: 'relative to the workload file',
      });
      return undefined;
    }
  };
  return {
    ca: read('ca'),
    cert: read('cert'),
    key: read('key'),
    serverName: merged.server_name,
    insecureSkipVerify: merged.insecure_skip_verify ?? false,
  };
}

/** Proxy of the environment for a URL, or the reason why it cannot be used. */
interface EnvironmentProxy {
  readonly proxy: string | undefined;
  readonly fault: TextFault | undefined;
}

/**
 * Finds the proxy of this process's environment for a URL; loopback hosts are always reached directly. A fault contains
 * no part of the proxy's URL.
 */
export function environmentProxy(url: string): EnvironmentProxy {
  const { hostname } = new URL(url);
  const isLocal = isLoopback(hostname) || hostname.endsWith('.localhost');
  const proxy = isLocal ? undefined : getProxyForUrl(url) || undefined;
  const fault = proxy === undefined ? undefined : proxyFault(proxy);
  if (fault === undefined) return { proxy, fault };
  const hint = [fault.hint, 'change HTTP_PROXY, HTTPS_PROXY or ALL_PROXY']
    .filter((part) => part !== undefined)
    .join('; ');
  const message = `the environment's proxy for ${redactUrl(url)} ${fault.message}`;
  return { proxy: undefined, fault: { message, hint } };
}

/**
 * The same, as an exception.
 * @throws {LoadbotError} `config_invalid`
 */
export function requireEnvironmentProxy(url: string): string | undefined {
  const { proxy, fault } = environmentProxy(url);
  if (fault === undefined) return proxy;
  throw new LoadbotError('config_invalid', fault.message, fault.hint === undefined ? {} : { hint: fault.hint });
}

/** Proxy of the environment for a URL; an unusable one is reported. */
export function proxyFor(url: string, place: FieldPlace, report: ReportProblem): string | undefined {
  const { proxy, fault } = environmentProxy(url);
  if (fault !== undefined) report(place, fault.message, fault.hint);
  return proxy;
}
