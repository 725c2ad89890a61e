import { GCProfiler, getHeapStatistics } from 'node:v8';

/**
 * What an isolate (a thread's own heap and garbage collector) tells about itself, in memory that the main thread reads: 64-bit
 * floats with one writer. Bytes, seconds.
 */
export const ALLOCATED_BYTES = 0;
export const USED_BYTES = 1;
export const PHYSICAL_BYTES = 2;
export const HEAP_BYTES = 3;
export const COLLECTIONS = 4;
export const COLLECTING_SECONDS = 5;
/** The newest durations of collections, in a ring: the n-th is at `n % RECENT`. */
export const DURATIONS = 6;
/** As many as Go's runtime keeps. */
export const RECENT = 256;

/** Memory for one isolate's account, all 0. */
export function allocateHeapAccount(): SharedArrayBuffer {
  return new SharedArrayBuffer((DURATIONS + RECENT) * Float64Array.BYTES_PER_ELEMENT);
}

/** Keeps the account of the isolate that it is created in. It costs a little for each collection, hence is asked for. */
export class HeapMeter {
  readonly #slots: Float64Array;
  #profiler = startProfiler();
  /** Used heap when it was last looked at; whatever is above it has been allocated since. At first, all of it. */
  #usedBytes = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#slots = new Float64Array(memory);
    this.update();
  }

  /** Brings the account up to date. Until it is called the profiler keeps an entry for each collection. */
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

  /** From now on an update every `intervalMs`, which keeps no thread alive. */
  updateEvery(intervalMs: number): void {
    setInterval(() => this.update(), intervalMs).unref();
  }

  #allocatedUpTo(usedBytes: number): void {
    // Sweeping goes on after a collection, so that the heap may be smaller than it was right after it.
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
