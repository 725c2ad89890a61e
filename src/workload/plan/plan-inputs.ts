import type { Environment } from '../variables.ts';

/** Inputs of a plan from the machine. */
export interface PlanInputs {
  /** Default name of the agent. */
  readonly hostname: string;
  /** Variables for `${NAME}` in flags. */
  readonly env: Environment;
  /** Reads a certificate or key as text. Throws a {FileFault}, or the errors of Node's `readFileSync`. */
  readFile(path: string): string;
  /** Reads a file of rows. Throws likewise, also when it has more bytes. */
  readBytes(path: string, mostBytes: number): Buffer;
  /** A new random UUID. */
  uuid(): string;
  /** A new random seed, a whole number from 0 to 2^32 - 1, for a run without a seed. */
  randomSeed(): number;
}
