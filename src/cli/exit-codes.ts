export { EXIT, exitCodeOf } from '../core/exit-status.ts';

/** How a command says what the exit status is to be. */
export interface Exit {
  /** Once the command is done. */
  with(code: number): void;
  /** At once, whatever is still under way. */
  now(code: number): void;
}
