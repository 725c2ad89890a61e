import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { inFlightOf, type Snapshot } from '../recorder/snapshot.ts';
import { defineFamilies, type FamilyRow, single, withSamples } from './define-families.ts';
import type { Family } from './family.ts';
import { SeriesLabels } from './series-labels.ts';
import { formatGoFloat } from './text.ts';
import {
  ALLOCATED_BYTES,
  allocateHeapAccount,
  COLLECTING_SECONDS,
  COLLECTIONS,
  DURATIONS,
  HEAP_BYTES,
  HeapMonitor,
  PHYSICAL_BYTES,
  RECENT,
  USED_BYTES,
} from './heap-meter.ts';

/** Shared memory in which a thread publishes its heap statistics. */
export interface HeapAccount {
  readonly memory: SharedArrayBuffer;
  /** Called after the thread has exited: keeps its cumulative counters and drops its gauges. */
  close(): void;
}

const QUANTILES = [0, 0.25, 0.5, 0.75, 1];
const OF_ALL = 'of the main thread and the load threads';

/** State of the process at one moment. */
interface RuntimeState {
  readonly series: SeriesLabels;
  /** Returns the sum of a slot over all heap accounts. */
  readonly sum: (slot: number) => number;
  readonly quantiles: readonly number[];
  readonly inFlight: number;
}

/** Metrics under the names that dashboards for Go processes use; each help text describes the actual value. */
const buildFamilies = defineFamilies<RuntimeState>([
  {
    name: 'go_info',
    type: 'gauge',
    help: 'Always 1. The runtime is Node.js; dashboards for Go processes list processes by this family.',
    read: ({ series }) => [{ suffix: '', labels: { version: `node ${process.version}`, ...series.own }, value: 1 }],
  },
  gauge('go_memstats_alloc_bytes', `Used JavaScript heap ${OF_ALL}.`, ({ sum }) => sum(USED_BYTES)),
  gauge('go_memstats_heap_alloc_bytes', `Used JavaScript heap ${OF_ALL}.`, ({ sum }) => sum(USED_BYTES)),
  {
    name: 'go_memstats_alloc_bytes_total',
    type: 'counter',
    help: `Bytes allocated on the JavaScript heap ${OF_ALL}: growth between garbage collections.`,
    read: single(({ sum }) => sum(ALLOCATED_BYTES)),
  },
  gauge('go_memstats_heap_inuse_bytes', `Physical memory committed to the JavaScript heap ${OF_ALL}.`, ({ sum }) =>
    sum(PHYSICAL_BYTES),
  ),
  gauge('go_memstats_heap_idle_bytes', `JavaScript heap without committed physical memory, ${OF_ALL}.`, ({ sum }) =>
    Math.max(0, sum(HEAP_BYTES) - sum(PHYSICAL_BYTES)),
  ),
  gauge('go_memstats_heap_sys_bytes', `JavaScript heap, used or not, ${OF_ALL}.`, ({ sum }) => sum(HEAP_BYTES)),
  gauge('go_memstats_sys_bytes', 'Resident memory of the process.', () => process.memoryUsage.rss()),
  gauge('go_sched_gomaxprocs_threads', 'Processors that the process may use.', () => availableParallelism()),
  {
    name: 'go_gc_duration_seconds',
    type: 'summary',
    help: `Garbage collections ${OF_ALL}; quantiles over the last ${RECENT} per thread.`,
    read: ({ series, quantiles, sum }) => [
      ...series
        .each('quantile', QUANTILES.map(formatGoFloat))
        .map((labels, index) => ({ suffix: '', labels, value: quantiles[index] ?? 0 })),
      { suffix: '_sum', labels: series.own, value: sum(COLLECTING_SECONDS) },
      { suffix: '_count', labels: series.own, value: sum(COLLECTIONS) },
    ],
  },
  gauge(
    'go_goroutines',
    'Requests in flight plus open sockets, timers and other resources of the main thread; Node.js has no goroutines.',
    ({ inFlight }) => inFlight + process.getActiveResourcesInfo().length,
  ),
  gauge('go_threads', 'Threads of the process.', readThreads),
]);

function gauge(
  name: string,
  help: string,
  valueOf: (state: RuntimeState) => number | undefined,
): FamilyRow<RuntimeState> {
  return { name, type: 'gauge', help, read: single(valueOf) };
}

/** Heap statistics of all threads, and the families made from them. */
export class GoRuntime {
  readonly #main: HeapMonitor;
  readonly #accounts = new Set<Float64Array>();
  /** Cumulative counters of closed accounts. */
  readonly #closed = new Float64Array(DURATIONS);

  constructor() {
    const memory = allocateHeapAccount();
    this.#main = new HeapMonitor(memory);
    this.#accounts.add(new Float64Array(memory));
  }

  openHeapAccount(): HeapAccount {
    const memory = allocateHeapAccount();
    const slots = new Float64Array(memory);
    this.#accounts.add(slots);
    const close = (): void => {
      if (!this.#accounts.delete(slots)) return;
      for (const at of [ALLOCATED_BYTES, COLLECTIONS, COLLECTING_SECONDS]) this.#closed[at]! += slots[at]!; // fixed
    };
    return { memory, close };
  }

  families(agent: string, runs: readonly Snapshot[]): readonly Family[] {
    this.#main.update();
    const sum = (at: number): number =>
      [...this.#accounts].reduce((total, slots) => total + slots[at]!, this.#closed[at]!); // fixed offsets
    const inFlight = runs
      .flatMap(({ jobs }) => jobs)
      .reduce((total, { measured, warmUp }) => total + inFlightOf(measured) + (warmUp ? inFlightOf(warmUp) : 0), 0);
    const series = new SeriesLabels({ agent });
    return withSamples(buildFamilies([{ series, sum, quantiles: this.#quantiles(), inFlight }]));
  }

  /** Quantiles by nearest rank; 0 before the first collection, as in Go. */
  #quantiles(): readonly number[] {
    const recent = [...this.#accounts].flatMap((slots) => {
      const known = Math.min(RECENT, slots[COLLECTIONS]!); // fixed offset
      return Array.from(slots.subarray(DURATIONS, DURATIONS + known));
    });
    const sorted = recent.toSorted((a, b) => a - b);
    return QUANTILES.map((quantile) => sorted[Math.round(quantile * (sorted.length - 1))] ?? 0);
  }
}

/** Reads the number of threads; `undefined` without /proc. */
function readThreads(): number | undefined {
  try {
    return Number(/^Threads:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
