import type { Environment } from '../workload/variables.ts';
import type { ImportedFile } from '../request-files/imported-request.ts';

/** Parses a file of a format. */
type ParseImport = (file: string, text: string) => ImportedFile | Promise<ImportedFile>;

/** Converts a file of a format to a workload file. @param connectionString the target in place of that of the file */
type ConvertImport = (
  file: string,
  text: string,
  connectionString: string | undefined,
  env: Environment,
) => Promise<string>;

/** A format: of requests, or of complete scenarios. */
type ImportEntry = { readonly title: string } & (
  | { readonly load: () => Promise<ParseImport> }
  | { readonly loadImport: () => Promise<ConvertImport> }
);

/** Formats that can be imported, each with its description; a parser is loaded when it is used. */
export const IMPORT_FORMATS = {
  curl: {
    title: 'command lines of curl, as browsers copy them',
    load: async () => (await import('../request-files/curl.ts')).parseCurl,
  },
  har: {
    title: 'an HTTP archive that a browser saved',
    load: async () => (await import('../request-files/har.ts')).parseHar,
  },
  openapi: {
    title: 'an OpenAPI 3 document, JSON or YAML',
    load: async () => (await import('./openapi.ts')).parseOpenapi,
  },
  postman: {
    title: 'a Postman collection, v2.1',
    load: async () => (await import('../request-files/postman.ts')).parsePostman,
  },
  vegeta: {
    title: 'targets of vegeta, http or JSON',
    load: async () => (await import('../request-files/vegeta.ts')).parseVegeta,
  },
  access_log: {
    title: 'an access log of nginx or Apache, common or combined',
    load: async () => (await import('../request-files/access-log.ts')).parseAccessLog,
  },
  artillery: {
    title: 'a test of Artillery, YAML or JSON',
    loadImport: async () => (await import('./artillery/artillery.ts')).importArtillery,
  },
} as const satisfies Record<string, ImportEntry>;

export type ImportFormat = keyof typeof IMPORT_FORMATS;
