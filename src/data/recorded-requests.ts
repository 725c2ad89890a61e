import type { FeederTable } from '../shared/feeder-table.ts';
import { RECORDED } from '../plan/recorded.ts';
import type { Tag } from '../templates/tag.ts';
import { tableTags } from './feeder.ts';
import type { Mix } from './mix.ts';
import { createRowSelection } from './rows.ts';

/** Requests of a file; compatible with those of the plan. */
export interface Recording {
  readonly requests: FeederTable;
  readonly operations: SharedArrayBuffer;
  readonly rows: SharedArrayBuffer;
  readonly order: 'recorded' | 'random';
}

/** Returns the row of a ticket's request. In each round of tickets, every request of the file has one. */
function createRecordedRows({ rows, order }: Recording, seed: number, job: number): (ticket: number) => number {
  const rowOf = new Uint32Array(rows);
  const orderOfRows = order === 'recorded' ? 'sequential' : 'shuffle';
  const select = createRowSelection(orderOfRows, rowOf.length, seed, `${RECORDED} ${job}`);
  return (ticket) => rowOf[select(ticket)]!; // one of the requests
}

/** Assigns tickets to the operations of recorded requests. */
export function createRecordedMix(recording: Recording, seed: number, job: number): Mix {
  const rowOf = createRecordedRows(recording, seed, job);
  const operations = new Uint16Array(recording.operations);
  const operationOf = (ticket: number): number => operations[rowOf(ticket)]!; // one for each row
  const count = recording.rows.byteLength / Uint32Array.BYTES_PER_ELEMENT;
  let counts: RoundCounts | undefined;
  return {
    operationOf,
    countBefore: (operation, ticket) => {
      counts ??= new RoundCounts(operationOf, count, recording.order === 'recorded');
      return counts.before(operation, ticket);
    },
  };
}

/** Tickets between two stored counts. */
const BLOCK = 4096;

/** Counts the tickets of each operation. Rounds have the same requests, in the same order or in different ones. */
class RoundCounts {
  readonly #operationOf: (ticket: number) => number;
  readonly #count: number;
  readonly #isSameOrder: boolean;
  /** Round of the stored counts. */
  #round = 0;
  /** Tickets by operation before each block of the round; the blocks that were needed so far. */
  #blocks: number[][] = [[]];
  readonly #totals: readonly number[];

  constructor(operationOf: (ticket: number) => number, count: number, isSameOrder: boolean) {
    this.#operationOf = operationOf;
    this.#count = count;
    this.#isSameOrder = isSameOrder;
    const totals: number[] = [];
    for (let ticket = 0; ticket < count; ticket++) add(totals, operationOf(ticket));
    this.#totals = totals;
  }

  /** Number of tickets from 0 to `ticket - 1` that belong to an operation. */
  before(operation: number, ticket: number): number {
    const round = Math.floor(ticket / this.#count);
    const position = ticket - round * this.#count;
    if (!this.#isSameOrder && round !== this.#round) {
      this.#round = round;
      this.#blocks = [[]];
    }
    const first = this.#round * this.#count;
    const block = Math.floor(position / BLOCK);
    for (let known = this.#blocks.length; known <= block; known++) {
      const counts = [...this.#blocks[known - 1]!]; // the block before
      for (let at = (known - 1) * BLOCK; at < known * BLOCK; at++) add(counts, this.#operationOf(first + at));
      this.#blocks.push(counts);
    }
    let count = this.#blocks[block]![operation] ?? 0; // just stored
    for (let at = block * BLOCK; at < position; at++) if (this.#operationOf(first + at) === operation) count++;
    return round * (this.#totals[operation] ?? 0) + count;
  }
}

function add(counts: number[], operation: number): void {
  counts[operation] = (counts[operation] ?? 0) + 1;
}

/** Returns the parts of a ticket's recorded request as tags, which are inserted as they are. */
export function recordedTags(
  recording: Recording | undefined,
  seed: number,
  job: number,
): readonly (readonly [string, () => Tag])[] {
  if (recording === undefined) return [];
  const rowOf = createRecordedRows(recording, seed, job);
  return tableTags(RECORDED, recording.requests, rowOf).map(([name, tagOf]) => [
    name,
    // The path is encoded when the file is read, other parts need no encoding.
    () => ({ ...tagOf(), isRaw: true, isUnreserved: true }),
  ]);
}
