import type { PlanIo } from '../planning/source-io.ts';

/** Streams and environment of a command. Results go to `stdout`, everything else to `stderr`. */
export interface CommandIo extends PlanIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Sets the exit status of the process. */
export interface Exit {
  /** Exits when the command is done. */
  with(code: number): void;
  /** Exits at once, whatever is pending. */
  now(code: number): void;
}
