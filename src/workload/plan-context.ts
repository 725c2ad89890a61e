import type { Path, PathDiagnostic, ReportProblem } from './diagnostics.ts';
import { unreadableReason } from './read/unreadable-reason.ts';
import type { PlanFile } from '../plan/plan-file.ts';
import { shareBytes } from '../shared/share-bytes.ts';
import type { Environment } from './variables.ts';

/** Inputs of a plan from the machine. */
export interface PlanInputs {
  /** Default name of the agent. */
  readonly hostname: string;
  /** Variables for `${NAME}` in flags. */
  readonly env: Environment;
  /** Reads a certificate or key as text. Throws a {FileFault}, or the errors of Node's `readFileSync`. */
  readFile(path: string): string;
  /** Folders with the files that the workload may use; absent: any. The files of variables are not restricted. */
  readonly allowedFolders?: readonly string[] | undefined;
  /** Reads a file of rows. Throws likewise, also when it has more bytes. */
  readBytes(path: string, mostBytes: number): Buffer;
  /** A new random UUID. */
  uuid(): string;
  /** A new random seed, a whole number from 0 to 2^32 - 1, for a run without a seed. */
  randomSeed(): number;
}

/** Contents of the file that an environment variable names, if set. An unreadable file is reported. */
export function readEnvironmentFile(
  variable: string,
  surroundings: PlanInputs,
  report: ReportProblem,
): string | undefined {
  const path = surroundings.env[variable] || undefined;
  if (path === undefined) return undefined;
  try {
    return surroundings.readFile(path);
  } catch (error) {
    report(variable, `cannot read ${path}: ${unreadableReason(error)}`);
    return undefined;
  }
}

/** Reads files that settings name, and reports unreadable ones. */
export interface FileReader {
  /** Absolute path of a file that the field at a path names. */
  resolve(field: Path, file: string): string;
  readFile(path: string): string;
  readBytes(path: string, mostBytes: number): Buffer;
  /** Reads a file into memory that threads share, once for each path. Throws as `readBytes`. */
  readShared(path: string, mostBytes: number): SharedArrayBuffer;
  /** Adds a file to the plan whose content is in its memory. */
  record(file: PlanFile): void;
  report(finding: PathDiagnostic): void;
}

/** Inputs of a part of the plan that flags, the environment or the file determine. */
export interface SettingSources<Entry, Flags> {
  /** Its part of the file. */
  readonly entry: Entry;
  readonly flags: Flags;
  readonly surroundings: PlanInputs;
  /** For the files that the workload names. */
  readonly reader: FileReader;
  readonly report: ReportProblem;
}

/** Creates a reader of files into shared memory, which reads and records each file once. */
export function sharedFiles(
  inputs: Pick<PlanInputs, 'readBytes'>,
  record: FileReader['record'],
): FileReader['readShared'] {
  const files = new Map<string, SharedArrayBuffer>();
  return (path, mostBytes) => {
    const known = files.get(path);
    if (known !== undefined) return known;
    const shared = shareBytes(inputs.readBytes(path, mostBytes));
    files.set(path, shared);
    record({ path, reading: { kind: 'body' }, memory: [shared] });
    return shared;
  };
}
