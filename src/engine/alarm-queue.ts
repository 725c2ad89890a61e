/** Something that is due at a time. */
interface Alarm {
  readonly dueMs: number;
  readonly fire: () => void;
}

interface Entry extends Alarm {
  /** Alarms that were added before it. */
  readonly order: number;
  place: number;
}

const TAKEN = -1;

/** Alarms by time, and in the order in which they were added where that is the same: a binary heap. */
export class AlarmQueue {
  readonly #heap: Entry[] = [];
  #added = 0;

  /** The next to be due. */
  get first(): Alarm | undefined {
    return this.#heap[0];
  }

  /** Returns what takes it out again, which does nothing once it is out. */
  add({ dueMs, fire }: Alarm): () => void {
    const entry: Entry = { dueMs, fire, order: this.#added++, place: this.#heap.length };
    this.#heap.push(entry);
    this.#rise(entry);
    return () => this.#remove(entry);
  }

  /** Takes the next to be due out. */
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
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(entry: Entry): void {
    while (entry.place > 0) {
      const above = this.#heap[(entry.place - 1) >> 1]!; // not the top
      if (isSooner(above, entry)) return;
      this.#swap(above, entry);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const left = this.#heap[2 * entry.place + 1];
      if (left === undefined) return;
      const right = this.#heap[2 * entry.place + 2];
      const below = right !== undefined && isSooner(right, left) ? right : left;
      if (isSooner(entry, below)) return;
      this.#swap(entry, below);
    }
  }

  #swap(above: Entry, below: Entry): void {
    const { place } = above;
    this.#put(above, below.place);
    this.#put(below, place);
  }

  #put(entry: Entry, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }
}

function isSooner(one: Entry, other: Entry): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
