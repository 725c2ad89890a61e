import type { MeasurementWindow } from './measurement-window.ts';

/**
 * Groups the tickets of a paced job into batches, so that a thread wakes once for all tickets that fall due within the
 * job's precision. A ticket starts at most one precision late, and never early.
 */
export class TicketBatches {
  readonly #precisionMs: number;
  /** Scheduled start of the latest batch. */
  #startedMs = -Infinity;
  #isOpen = false;

  constructor(precisionMs: number) {
    this.#precisionMs = precisionMs;
  }

  /** Start of the window's current ticket: its due time, or that of its batch. */
  startMs({ paced, dueMs, haltMs }: MeasurementWindow, nowMs: number): number {
    if (!paced || (this.#isOpen && dueMs <= nowMs)) return dueMs;
    const startMs = Math.min(Math.max(dueMs, this.#startedMs + this.#precisionMs), dueMs + this.#precisionMs);
    // A ticket that is due before the end of its window, or before a pause, starts before it.
    return startMs < haltMs ? startMs : dueMs;
  }

  /** Starts a batch with its first ticket; the following tickets that are due belong to it. */
  open(window: MeasurementWindow, nowMs: number): void {
    if (this.#isOpen || !window.paced) return;
    // The delay of the wake-up is not included, as it would add up. After a long one, batches start from now on.
    this.#startedMs = Math.max(this.startMs(window, nowMs), nowMs - this.#precisionMs);
    this.#isOpen = true;
  }

  close(): void {
    this.#isOpen = false;
  }
}
