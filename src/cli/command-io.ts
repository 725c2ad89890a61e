import type { Environment } from '../workload/variables.ts';

/** Streams and environment of a command. Results go to `stdout`, everything else to `stderr`. */
export interface CommandIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly env: Environment;
  /** All of standard input, as UTF-8. */
  readStdin(): Promise<string>;
}

/** Sets the exit status of the process. */
export interface Exit {
  /** Exits when the command is done. */
  with(code: number): void;
  /** Exits at once, whatever is pending. */
  now(code: number): void;
}
