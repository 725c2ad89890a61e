import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The system's Python, which has Debian's packages. */
const PYTHON = '/usr/bin/python3';

interface PythonCounts {
  readonly messages: number;
  readonly connections: number;
  readonly binary: number;
  readonly close_codes: readonly number[];
  readonly durations_ms: readonly number[];
}

/** An independent server: Python's `websockets`. */
export class PythonServer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly port: number;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, port: number) {
    this.#child = child;
    this.#lines = lines;
    this.port = port;
  }

  static async start(...args: readonly string[]): Promise<PythonServer> {
    const script = fileURLToPath(new URL('server.py', import.meta.url));
    const child = spawn(PYTHON, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value } = (await lines.next()) as { readonly value?: string };
    return new PythonServer(child, lines, Number(value));
  }

  /** Ends the server and returns its counts. */
  async stop(): Promise<PythonCounts> {
    this.#child.stdin?.end();
    const { value = '{}' } = (await this.#lines.next()) as { readonly value?: string };
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    return JSON.parse(value) as PythonCounts;
  }
}
