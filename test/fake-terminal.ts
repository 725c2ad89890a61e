import { Terminal } from '../src/reports/terminal/terminal.ts';

const ESCAPE = '\u001b[';
const SEQUENCE = /^(\d*)(?:;\d+)*([A-Za-z])/;

/** A terminal with the control sequences of the progress display, without scrolling: its text can be read as lines. */
export class FakeTerminal {
  readonly #lines: string[] = [''];
  #row = 0;
  #column = 0;
  columns = 80;
  rows = 24;

  /** Its text, without blanks at the ends of lines and without empty lines at the end. */
  get lines(): readonly string[] {
    const lines = this.#lines.map((line) => line.trimEnd());
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  screen(hasColor = false): Terminal {
    return new Terminal({
      write: (text) => this.write(text),
      isTerminal: true,
      hasColor,
      columns: () => this.columns,
      rows: () => this.rows,
    });
  }

  write(text: string): void {
    let rest = text;
    while (rest !== '') {
      const sequence = rest.startsWith(ESCAPE) ? SEQUENCE.exec(rest.slice(ESCAPE.length)) : null;
      if (sequence !== null) {
        this.#control(sequence[2] ?? '', Number(sequence[1]));
        rest = rest.slice(ESCAPE.length + sequence[0].length);
        continue;
      }
      this.#put(rest.slice(0, 1));
      rest = rest.slice(1);
    }
  }

  #put(letter: string): void {
    if (letter === '\n') {
      this.#row++;
      this.#column = 0;
      this.#lines[this.#row] ??= '';
      return;
    }
    const line = this.#lines[this.#row]!.padEnd(this.#column); // the row exists: newlines made it
    this.#lines[this.#row] = line.slice(0, this.#column) + letter + line.slice(this.#column + 1);
    this.#column++;
    if (this.#column > this.columns) throw new Error(`a line is longer than the terminal: ${this.#lines[this.#row]}`);
  }

  #control(command: string, count: number): void {
    if (command === 'A') this.#row -= count || 1;
    else if (command === 'G') this.#column = (count || 1) - 1;
    else if (command === 'K') this.#clearLine(count);
    else if (command === 'J') {
      this.#clearLine(0);
      this.#lines.fill('', this.#row + 1);
    } else if (command !== 'm') throw new Error(`unknown control sequence ${command}`);
  }

  #clearLine(from: number): void {
    this.#lines[this.#row] = from === 0 ? this.#lines[this.#row]!.slice(0, this.#column) : ''; // the row exists
  }
}

/** A screen that is not a terminal, and the text written to it. */
export function fakePipe(): { readonly screen: Terminal; readonly text: () => string } {
  let written = '';
  const screen = new Terminal({
    write: (text) => {
      written += text;
    },
    isTerminal: false,
    hasColor: false,
    columns: () => 80,
    rows: () => 24,
  });
  return { screen, text: () => written };
}
