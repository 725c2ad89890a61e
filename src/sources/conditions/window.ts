/** Number of entries per window; its length divided by this is the resolution. */
const PARTS = 600;

interface Entry {
  readonly atMs: number;
  /** Increase of a counter since the first entry, resets included. */
  readonly risen: number;
  /** Minimum of the values since the previous entry. */
  readonly lowest: number;
  readonly highest: number;
}

/** Increase of a counter, and its time interval. */
export interface Increase {
  readonly by: number;
  readonly duringMs: number;
}

/** Values of one series over a time range that ends now, in bounded memory. */
export class SlidingWindow {
  readonly #lengthMs: number;
  #entries: Entry[] = [];
  #last: number | undefined;

  /**
   * @param lengthMs `Infinity`: since the first value
   * @param bornAfterMs last reading of the source without the series: its first value then counts as an increase from 0
   */
  constructor(lengthMs: number, bornAfterMs?: number) {
    this.#lengthMs = lengthMs;
    if (bornAfterMs === undefined) return;
    this.#entries.push({ atMs: bornAfterMs, risen: 0, lowest: Infinity, highest: -Infinity });
    this.#last = 0;
  }

  /** Adds a value; times must be in order. */
  add(atMs: number, value: number): void {
    if (Number.isNaN(value)) return;
    const before = this.#entries.at(-1);
    const last = this.#last ?? value;
    this.#last = value;
    // A counter below its previous value was reset to 0.
    const risen = (before?.risen ?? 0) + (value >= last ? value - last : value);
    const entry = { atMs, risen, lowest: value, highest: value };
    const beforeLast = this.#entries.at(-2);
    if (before !== undefined && beforeLast !== undefined && atMs - beforeLast.atMs < this.#lengthMs / PARTS) {
      const lowest = Math.min(before.lowest, value);
      this.#entries.splice(-1, 1, { ...entry, lowest, highest: Math.max(before.highest, value) });
    } else {
      this.#entries.push(entry);
    }
    this.#forget(atMs);
  }

  /** Whether the window has a value. */
  hasValues(nowMs: number): boolean {
    return (this.#entries.at(-1)?.atMs ?? -Infinity) > nowMs - this.#lengthMs;
  }

  /** Increase from the last value before the window, or the first within it, to the last. */
  rise(nowMs: number): Increase | undefined {
    this.#forget(nowMs);
    const first = this.#entries[0];
    const last = this.#entries.at(-1);
    if (first === undefined || last === undefined || !this.hasValues(nowMs)) return undefined;
    return { by: last.risen - first.risen, duringMs: last.atMs - first.atMs };
  }

  lowest(nowMs: number): number | undefined {
    return this.#extreme(nowMs, Math.min, (entry) => entry.lowest);
  }

  highest(nowMs: number): number | undefined {
    return this.#extreme(nowMs, Math.max, (entry) => entry.highest);
  }

  #extreme(nowMs: number, of: (...values: number[]) => number, read: (entry: Entry) => number): number | undefined {
    const within = this.#entries.filter(({ atMs }) => atMs > nowMs - this.#lengthMs).map(read);
    const value = of(...within);
    return Number.isFinite(value) ? value : undefined;
  }

  /** Keeps one entry before the window as the baseline of the first increase. */
  #forget(nowMs: number): void {
    const second = this.#entries.findIndex(({ atMs }) => atMs > nowMs - this.#lengthMs);
    const kept = second === -1 ? this.#entries.length - 1 : second - 1;
    if (kept > 0) this.#entries.splice(0, kept);
  }
}
