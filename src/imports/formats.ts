import type { ImportedFile } from './imported-request.ts';

/** Parses a file of a format. */
type ParseImport = (file: string, text: string) => ImportedFile | Promise<ImportedFile>;

/** Formats that can be imported, each with its description; a parser is loaded when it is used. */
export const IMPORT_FORMATS = {
  curl: {
    title: 'command lines of curl, as browsers copy them',
    load: async () => (await import('./curl.ts')).parseCurl,
  },
  har: { title: 'an HTTP archive that a browser saved', load: async () => (await import('./har.ts')).parseHar },
  openapi: {
    title: 'an OpenAPI 3 document, JSON or YAML',
    load: async () => (await import('./openapi.ts')).parseOpenapi,
  },
  postman: { title: 'a Postman collection, v2.1', load: async () => (await import('./postman.ts')).parsePostman },
  vegeta: { title: 'targets of vegeta, http or JSON', load: async () => (await import('./vegeta.ts')).parseVegeta },
  access_log: {
    title: 'an access log of nginx or Apache, common or combined',
    load: async () => (await import('./access-log.ts')).parseAccessLog,
  },
} as const satisfies Record<string, { readonly title: string; readonly load: () => Promise<ParseImport> }>;

export type ImportFormat = keyof typeof IMPORT_FORMATS;
