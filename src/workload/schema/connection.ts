import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { optional, text } from '../values.ts';

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

/** TLS settings for an https URL. */
export const tlsField = optional(tlsSchema, {
  description: 'TLS settings for https.',
  without: 'the server is verified',
  examples: [{ ca: 'certs/ca.pem' }],
});

/** Proxy for a URL. */
export const proxyField = optional(text.nullable(), {
  description: 'Proxy, an http or https URL; may contain `${ENV_NAME}`. null disables the proxy.',
  without: 'HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the environment; loopback hosts are reached directly',
  examples: ['http://proxy.example.com:3128', null],
});
