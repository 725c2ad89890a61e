import { isatty } from 'node:tty';
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

export interface ScreenOptions {
  write(text: string): void;
  /** Whether the cursor can be moved; false for a pipe or a file. */
  readonly isTerminal: boolean;
  readonly hasColor: boolean;
  /** Width and height now: they change while we write. */
  columns(): number;
  rows(): number;
}

/** Where people read. Everything that is written to one stream goes through one screen, so that bars and lines get along. */
export class Screen {
  readonly isTerminal: boolean;
  readonly #options: ScreenOptions;
  #divert: ((line: string) => void) | undefined;

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.isTerminal = options.isTerminal;
  }

  /** Columns that may be used; `Infinity` where nothing needs to be cut: in a pipe or a file. */
  get columns(): number {
    // The last column stays empty: a letter in it makes some terminals go to the next line.
    return this.isTerminal ? this.#options.columns() - 1 : Infinity;
  }

  get rows(): number {
    return this.isTerminal ? this.#options.rows() : Infinity;
  }

  /** As it is, without a newline. */
  write(text: string): void {
    this.#options.write(text);
  }

  /** One line; above the live bars while there are any. */
  writeLine(line: string): void {
    if (this.#divert === undefined) this.write(`${line}\n`);
    else this.#divert(line);
  }

  /** Hands every line to `take` until it is given back by the function returned. */
  divertLines(take: (line: string) => void): () => void {
    this.#divert = take;
    return () => {
      this.#divert = undefined;
    };
  }

  /** The text in a style, where there are colors. Apply it last: its codes would count as columns. */
  paint(style: Style, text: string): string {
    return this.#options.hasColor ? styleText(style, text, { validateStream: false }) : text;
  }
}

/**
 * The screen of a stream of this process. No colors with `NO_COLOR` (https://no-color.org), in a dumb terminal or
 * outside of one; no cursor movement outside a terminal or in a dumb one.
 */
export function screenOf(stream: NodeJS.WriteStream & { readonly fd: number }, env: NodeJS.ProcessEnv): Screen {
  const isTerminal = isatty(stream.fd) && env['TERM'] !== 'dumb';
  return new Screen({
    write: (text) => stream.write(text),
    isTerminal,
    hasColor: isTerminal && (env['NO_COLOR'] ?? '') === '',
    // A terminal that does not know its size says 0.
    columns: () => stream.columns || 80,
    rows: () => stream.rows || 24,
  });
}
