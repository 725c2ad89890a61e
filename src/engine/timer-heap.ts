/** A callback with a due time. */
interface HeapTimer {
  readonly dueMs: number;
  readonly fire: () => void;
}

interface Entry extends HeapTimer {
  /** Number of alarms added before this one; breaks ties. */
  readonly order: number;
  place: number;
}

const TAKEN = -1;

/** A timer heap: a binary heap of alarms by due time, then by order of insertion. */
export class TimerHeap {
  readonly #heap: Entry[] = [];
  #added = 0;

  /** The alarm with the earliest due time. */
  get first(): HeapTimer | undefined {
    return this.#heap[0];
  }

  /** Returns a function that removes the alarm; it has no effect on a removed alarm. */
  add({ dueMs, fire }: HeapTimer): () => void {
    const entry: Entry = { dueMs, fire, order: this.#added++, place: this.#heap.length };
    this.#heap.push(entry);
    this.#rise(entry);
    return () => this.#remove(entry);
  }

  /** Removes the alarm with the earliest due time. */
  shift(): void {
    const [first] = this.#heap;
    if (first !== undefined) this.#remove(first);
  }

  #remove(entry: Entry): void {
    const { place } = entry;
    if (place === TAKEN) return;
    entry.place = TAKEN;
    const last = this.#heap.pop();
    if (last === undefined || last === entry) return;
    last.place = place;
    this.#rise(last);
    this.#sink(last);
  }

  /** Moves an entry up to its place. */
  #rise(entry: Entry): void {
    let { place } = entry;
    while (place > 0) {
      const abovePlace = (place - 1) >> 1;
      const above = this.#heap[abovePlace]!; // not the top
      if (isSooner(above, entry)) break;
      this.#put(above, place);
      place = abovePlace;
    }
    this.#put(entry, place);
  }

  /** Moves an entry down to its place. */
  #sink(entry: Entry): void {
    let { place } = entry;
    for (;;) {
      const left = this.#heap[2 * place + 1];
      if (left === undefined) break;
      const right = this.#heap[2 * place + 2];
      const below = right !== undefined && isSooner(right, left) ? right : left;
      if (isSooner(entry, below)) break;
      const belowPlace = below.place;
      this.#put(below, place);
      place = belowPlace;
    }
    this.#put(entry, place);
  }

  #put(entry: Entry, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }
}

function isSooner(one: Entry, other: Entry): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
