import { resolve } from 'node:path';
import type { Path, PathDiagnostic } from '../diagnostics.ts';
import { unreadableReason } from '../read/unreadable-reason.ts';
import type { HttpEntry } from '../schema/http.ts';
import type { TlsOptions } from '../../shared/network/destination.ts';

type TlsEntry = NonNullable<HttpEntry['tls']>;

/** Reads files that settings name, and reports unreadable ones. */
export interface FileReader {
  readonly directory: string;
  readFile(path: string): string;
  readBytes(path: string, mostBytes: number): Buffer;
  report(finding: PathDiagnostic): void;
}

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
    try {
      return reader.readFile(resolve(reader.directory, name));
    } catch (error) {
      // Reported at the level that gave the name.
      const path = levels.findLast(({ tls }) => tls?.[field] !== undefined)?.path ?? [];
      reader.report({
        path: [...path, field],
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
