import { TimelineRows } from '../../analysis/timeline-buffer.ts';
import { TIMELINE_COLUMNS, toMicroseconds } from './timeline-document.ts';

const NO_ROWS = new TimelineRows();
/** Bytes of the first buffer of a column, and of each further one. */
const FIRST_BYTES = 1024;
const FURTHER_BYTES = 4096;
/** Bytes that a number of a timeline and its comma may have. */
const MAX_NUMBER_BYTES = 32;

const COLUMNS = Object.values(TIMELINE_COLUMNS);
/** Text before each column. */
const HEADS = Object.keys(TIMELINE_COLUMNS).map((name, index) => Buffer.from(`${index === 0 ? '{' : '],'}"${name}":[`));
const TAIL = Buffer.from(']}');

/** A timeline as the bytes of its JSON. Rows are appended: the rows before them are neither encoded nor copied again. */
export class EncodedTimeline {
  #rows = NO_ROWS;
  #count = 0;
  #columns: AppendedBytes[] = [];

  /** Number of encoded rows. */
  get length(): number {
    return this.#count;
  }

  /** @param rows the previous timeline with appended rows, or a different one, which is encoded from its beginning */
  follow(rows: TimelineRows = NO_ROWS): void {
    if (rows === this.#rows && this.#columns.length > 0) return;
    this.#rows = rows;
    this.#count = 0;
    this.#columns = COLUMNS.map(() => new AppendedBytes());
  }

  /** Encodes the rows up to a number of them. */
  append(until: number): void {
    for (; this.#count < until; this.#count++) {
      const record = this.#rows.at(this.#count);
      for (const [index, valueOf] of COLUMNS.entries()) {
        const number = String(toMicroseconds(valueOf(record)));
        this.#columns[index]?.append(this.#count === 0 ? number : `,${number}`);
      }
    }
  }

  /** The JSON so far, in parts. */
  parts(): readonly Buffer[] {
    return [...this.#columns.flatMap((column, index) => [HEADS[index] ?? TAIL, ...column.parts()]), TAIL];
  }
}

/** ASCII text that grows at its end, in buffers: one that doubles would hold up to twice the memory, and copy it. */
class AppendedBytes {
  readonly #full: Buffer[] = [];
  #last = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  parts(): readonly Buffer[] {
    return [...this.#full, this.#last.subarray(0, this.#length)];
  }

  append(text: string): void {
    if (this.#length + MAX_NUMBER_BYTES > this.#last.length) {
      this.#full.push(this.#last.subarray(0, this.#length));
      this.#last = Buffer.allocUnsafe(FURTHER_BYTES);
      this.#length = 0;
    }
    this.#length += this.#last.write(text, this.#length, 'latin1');
  }
}
