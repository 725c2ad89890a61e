import { isatty } from 'node:tty';
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

export interface TerminalOptions {
  write(text: string): void;
  /** Whether the cursor can be moved; false for a pipe or a file. */
  readonly isTerminal: boolean;
  readonly hasColor: boolean;
  /** Current width and height, which may change at any time. */
  columns(): number;
  rows(): number;
}

/** Output for humans. All output to one stream uses one screen, so that bars and lines do not interfere. */
export class Terminal {
  readonly isTerminal: boolean;
  readonly #options: TerminalOptions;
  #divert: ((line: string) => void) | undefined;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.isTerminal = options.isTerminal;
  }

  /** Usable columns; `Infinity` for a pipe or a file, where nothing is truncated. */
  get columns(): number {
    // The last column stays empty: a character in it makes some terminals wrap.
    return this.isTerminal ? this.#options.columns() - 1 : Infinity;
  }

  get rows(): number {
    return this.isTerminal ? this.#options.rows() : Infinity;
  }

  /** Writes text unchanged, without a newline. */
  write(text: string): void {
    this.#options.write(text);
  }

  /** Writes one line, above the live bars if there are any. */
  writeLine(line: string): void {
    if (this.#divert === undefined) this.write(`${line}\n`);
    else this.#divert(line);
  }

  /** Passes every line to `take` until the returned function is called. */
  redirectLines(take: (line: string) => void): () => void {
    this.#divert = take;
    return () => {
      this.#divert = undefined;
    };
  }

  /** Styles text if colors are enabled. Apply last: escape codes would count as columns. */
  style(style: Style, text: string): string {
    return this.#options.hasColor ? styleText(style, text, { validateStream: false }) : text;
  }
}

/**
 * Creates the screen of a stream of this process. No colors with `NO_COLOR` (https://no-color.org), in a dumb terminal
 * or outside a terminal; no cursor movement outside a terminal or in a dumb one.
 */
export function openTerminal(stream: NodeJS.WriteStream & { readonly fd: number }, env: NodeJS.ProcessEnv): Terminal {
  const isTerminal = isatty(stream.fd) && env['TERM'] !== 'dumb';
  return new Terminal({
    write: (text) => stream.write(text),
    isTerminal,
    hasColor: isTerminal && (env['NO_COLOR'] ?? '') === '',
    // 0 if the terminal does not know its size.
    columns: () => stream.columns || 80,
    rows: () => stream.rows || 24,
  });
}
