import { GCProfiler, getHeapStatistics } from 'node:v8';

/**
 * Slots of a heap account: statistics of one isolate (a thread's own heap and garbage collector) in shared memory, as
 * 64-bit floats with one writer. Bytes and seconds.
 */
export const ALLOCATED_BYTES = 0;
export const USED_BYTES = 1;
export const PHYSICAL_BYTES = 2;
export const HEAP_BYTES = 3;
export const COLLECTIONS = 4;
export const COLLECTING_SECONDS = 5;
/** Start of a ring buffer with the latest durations of collections: the n-th is at `n % RECENT`. */
export const DURATIONS = 6;
/** Length of the ring buffer, as in Go's runtime. */
export const RECENT = 256;

/** Allocates the account of one isolate, all 0. */
export function allocateHeapAccount(): SharedArrayBuffer {
  return new SharedArrayBuffer((DURATIONS + RECENT) * Float64Array.BYTES_PER_ELEMENT);
}

/**
 * Updates the account of the isolate that creates it. Opt-in, since the profiler adds a small cost to each collection.
 */
export class HeapMonitor {
  readonly #slots: Float64Array;
  #profiler = startProfiler();
  /**
   * Used heap at the last measurement; growth since then counts as allocated. Initially 0, so the whole heap counts.
   */
  #usedBytes = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#slots = new Float64Array(memory);
    this.update();
  }

  /** Updates the account. Between calls the profiler stores an entry per collection. */
  update(): void {
    const { statistics } = this.#profiler.stop();
    this.#profiler = startProfiler();
    for (const { beforeGC, afterGC, cost } of statistics) {
      this.#allocatedUpTo(beforeGC.heapStatistics.usedHeapSize);
      this.#usedBytes = afterGC.heapStatistics.usedHeapSize;
      this.#collected(cost / 1e6);
    }
    const heap = getHeapStatistics();
    this.#allocatedUpTo(heap.used_heap_size);
    this.#slots[USED_BYTES] = heap.used_heap_size;
    this.#slots[PHYSICAL_BYTES] = heap.total_physical_size;
    this.#slots[HEAP_BYTES] = heap.total_heap_size;
  }

  /** Updates the account every `intervalMs`. The timer does not keep the thread alive. */
  scheduleUpdates(intervalMs: number): void {
    setInterval(() => this.update(), intervalMs).unref();
  }

  #allocatedUpTo(usedBytes: number): void {
    // Sweeping continues after a collection, so the heap may become smaller without another one.
    this.#slots[ALLOCATED_BYTES]! += Math.max(0, usedBytes - this.#usedBytes); // fixed offset
    this.#usedBytes = usedBytes;
  }

  #collected(seconds: number): void {
    const collections = this.#slots[COLLECTIONS]!; // fixed offsets
    this.#slots[DURATIONS + (collections % RECENT)] = seconds;
    this.#slots[COLLECTING_SECONDS]! += seconds;
    this.#slots[COLLECTIONS] = collections + 1;
  }
}

function startProfiler(): GCProfiler {
  const profiler = new GCProfiler();
  profiler.start();
  return profiler;
}
