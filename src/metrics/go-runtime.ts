import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { inFlightOf, type Snapshot } from '../recorder/snapshot.ts';
import type { Family, Sample } from './family.ts';
import { formatGoFloat } from './go-float.ts';
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

/** Metrics under the names that dashboards for Go processes use; each help text describes the actual value. */
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
    const labels = { agent };
    const single = (name: string, type: Family['type'], help: string, value: number): Family => ({
      name,
      type,
      help,
      samples: [{ suffix: '', labels, value }],
    });
    const threads = readThreads();
    const idleBytes = Math.max(0, sum(HEAP_BYTES) - sum(PHYSICAL_BYTES));
    const version = `node ${process.version}`;
    const inFlight = runs
      .flatMap(({ jobs }) => jobs)
      .reduce((total, { measured, warmUp }) => total + inFlightOf(measured) + (warmUp ? inFlightOf(warmUp) : 0), 0);
    const quantiles = this.#quantiles().map(([quantile, value]): Sample => ({
      suffix: '',
      labels: { ...labels, quantile: formatGoFloat(quantile) },
      value,
    }));
    return [
      {
        name: 'go_info',
        type: 'gauge',
        help: 'Always 1. The runtime is Node.js; dashboards for Go processes list processes by this family.',
        samples: [{ suffix: '', labels: { version, agent }, value: 1 }],
      },
      single('go_memstats_alloc_bytes', 'gauge', `Used JavaScript heap ${OF_ALL}.`, sum(USED_BYTES)),
      single('go_memstats_heap_alloc_bytes', 'gauge', `Used JavaScript heap ${OF_ALL}.`, sum(USED_BYTES)),
      single(
        'go_memstats_alloc_bytes_total',
        'counter',
        `Bytes allocated on the JavaScript heap ${OF_ALL}: growth between garbage collections.`,
        sum(ALLOCATED_BYTES),
      ),
      single(
        'go_memstats_heap_inuse_bytes',
        'gauge',
        `Physical memory committed to the JavaScript heap ${OF_ALL}.`,
        sum(PHYSICAL_BYTES),
      ),
      single(
        'go_memstats_heap_idle_bytes',
        'gauge',
        `JavaScript heap without committed physical memory, ${OF_ALL}.`,
        idleBytes,
      ),
      single('go_memstats_heap_sys_bytes', 'gauge', `JavaScript heap, used or not, ${OF_ALL}.`, sum(HEAP_BYTES)),
      single('go_memstats_sys_bytes', 'gauge', 'Resident memory of the process.', process.memoryUsage.rss()),
      single('go_sched_gomaxprocs_threads', 'gauge', 'Processors that the process may use.', availableParallelism()),
      {
        name: 'go_gc_duration_seconds',
        type: 'summary',
        help: `Garbage collections ${OF_ALL}; quantiles over the last ${RECENT} per thread.`,
        samples: [
          ...quantiles,
          { suffix: '_sum', labels, value: sum(COLLECTING_SECONDS) },
          { suffix: '_count', labels, value: sum(COLLECTIONS) },
        ],
      },
      single(
        'go_goroutines',
        'gauge',
        'Requests in flight plus open sockets, timers and other resources of the main thread; Node.js has no goroutines.',
        inFlight + process.getActiveResourcesInfo().length,
      ),
      ...(threads === undefined ? [] : [single('go_threads', 'gauge', 'Threads of the process.', threads)]),
    ];
  }

  /** Quantiles by nearest rank; 0 before the first collection, as in Go. */
  #quantiles(): readonly (readonly [quantile: number, seconds: number])[] {
    const recent = [...this.#accounts].flatMap((slots) => {
      const known = Math.min(RECENT, slots[COLLECTIONS]!); // fixed offset
      return Array.from(slots.subarray(DURATIONS, DURATIONS + known));
    });
    const sorted = recent.toSorted((a, b) => a - b);
    return QUANTILES.map((quantile) => [quantile, sorted[Math.round(quantile * (sorted.length - 1))] ?? 0]);
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
