import type { Environment } from '../config/environment.ts';

/** What a plan takes from the machine it is made on. */
export interface Surroundings {
  /** The agent's name where nothing else gives one. */
  readonly hostname: string;
  /** Where `${NAME}` in flags comes from. */
  readonly env: Environment;
  /** Reads a certificate or key as text. Throws a {FileFault}, or as Node's own `readFileSync` does. */
  readFile(path: string): string;
  /** Reads a file of rows. Throws likewise, also when it has more bytes. */
  readBytes(path: string, mostBytes: number): Buffer;
  /** A new random UUID. */
  uuid(): string;
  /** A new random seed, a whole number from 0 to 2^32 - 1, for a run that is given none. */
  randomSeed(): number;
}
