export { EXIT, exitCodeOf } from '../shared/exit-status.ts';

/** Sets the exit status of the process. */
export interface Exit {
  /** Exits when the command is done. */
  with(code: number): void;
  /** Exits at once, whatever is pending. */
  now(code: number): void;
}
