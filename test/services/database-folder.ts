import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { findBinary, SETPRIV, type ServiceBinary } from '../needs.ts';

/** A folder for the data of a database server, which outlives the server's process. */
export class DatabaseFolder {
  readonly path: string;
  /** User and group that the server runs as: database servers refuse to be root. `undefined`: as ourselves. */
  readonly #owner: readonly [user: number, group: number] | undefined;

  /** @param account that the server's package made, used when we are root */
  constructor(account: string) {
    this.path = mkdtempSync(join(tmpdir(), `loadbot-${account}-`));
    if (getuid?.() === 0) {
      this.#owner = [idOf('-u', account), idOf('-g', account)];
      chownSync(this.path, ...this.#owner);
    }
  }

  /** Writes a file that only the server may read. */
  write(name: string, text: string): string {
    const path = join(this.path, name);
    writeFileSync(path, text, { mode: 0o600 });
    if (this.#owner !== undefined) chownSync(path, ...this.#owner);
    return path;
  }

  /** The binary and arguments that run a command as the server's account. */
  command(
    binary: ServiceBinary,
    args: readonly string[],
  ): { readonly binary: ServiceBinary; args(): readonly string[] } {
    if (this.#owner === undefined) return { binary, args: () => args };
    const [user, group] = this.#owner;
    const path = findBinary(binary.name, binary.folder) ?? binary.name;
    const prefix = [`--reuid=${user}`, `--regid=${group}`, '--clear-groups', path];
    // It becomes the server, process id and all.
    return { binary: SETPRIV, args: () => [...prefix, ...args] };
  }

  /** Runs a command to its end. */
  run(binary: ServiceBinary, args: readonly string[]): void {
    const command = this.command(binary, args);
    const { name, folder } = command.binary;
    execFileSync(findBinary(name, folder) ?? name, command.args(), { stdio: 'pipe', cwd: this.path });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function idOf(flag: '-u' | '-g', account: string): number {
  return Number(execFileSync('id', [flag, account], { encoding: 'utf8' }));
}
