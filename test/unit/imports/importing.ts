import type { ImportFormat } from '../../../src/imports/formats.ts';
import { importWorkload, type ImportOptions } from '../../../src/imports/import-workload.ts';
import { formatError } from '../../../src/cli/print-error.ts';
import { load } from '../workload/loading.ts';

const OPTIONS: ImportOptions = { includeStatic: false, limit: 100 };

interface Operation {
  readonly name?: string;
  readonly type: string;
  readonly weight?: number;
  readonly http: {
    readonly method?: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly expect_status?: unknown;
  };
}

interface Imported {
  readonly text: string;
  readonly target: string | undefined;
  readonly http: Readonly<Record<string, unknown>> | undefined;
  readonly operations: readonly Operation[];
}

/** Imports a text; the result is a valid workload once its variables are set, each to its own name. */
export async function importText(
  format: ImportFormat,
  text: string,
  options: Partial<ImportOptions> = {},
  file = `sample.${format}`,
): Promise<Imported> {
  const written = await importWorkload(format, file, text, { ...OPTIONS, ...options }, {});
  const names = [...written.matchAll(/(?<!\$)\$\{(\w+)\}/g)].map(([, name = '']) => [name, name] as const);
  const env = Object.fromEntries(names.map(([name]) => [name, /url|host/i.test(name) ? 'http://base.example' : name]));
  const { given } = await load(written, { env });
  const {
    connection_string: target,
    http,
    jobs,
  } = given as {
    connection_string: string;
    http?: Record<string, unknown>;
    jobs: (Operation & { mixed?: Operation[]; parallel?: { mixed: Operation[] }[] })[];
  };
  const [job] = jobs;
  const operations = job?.parallel?.flatMap(({ mixed }) => mixed) ?? job?.mixed ?? (job === undefined ? [] : [job]);
  return { text: written, target, http, operations };
}

/** The error of an import, as it is printed. */
export async function importError(format: ImportFormat, text: string, file = `bad.${format}`): Promise<string> {
  return importWorkload(format, file, text, OPTIONS, {}).then(() => 'imported', formatError);
}
