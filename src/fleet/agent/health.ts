import { primaryLatency } from '../../analysis/pool.ts';
import { EMPTY_LATENCIES } from '../../recorder/latency-counts.ts';
import { errorsOf, requestsOf, type Snapshot } from '../../recorder/snapshot.ts';
import { requestParts } from '../../shared/job-parts.ts';
import { noopValidity } from '../../validity/finding.ts';
import type { AgentHealth } from '../wire/messages/up.ts';
import type { AgentLoad } from './agent-load.ts';
import type { RemoteClock } from './remote-clock.ts';

type Counts = Pick<AgentHealth, 'requests' | 'errors' | 'p50Seconds' | 'p99Seconds'>;

const NO_COUNTS: Counts = { requests: 0, errors: 0, p50Seconds: null, p99Seconds: null };

/** Bound of a clock without an estimate, for JSON. */
const UNKNOWN_MS = 1e9;

/** Health of an agent in a run: findings of its own validity monitor, its clock, and its share of the numbers. */
export class AgentHealthMonitor {
  readonly #remote: RemoteClock;
  #load: AgentLoad | undefined;
  #snapshot: Snapshot | undefined;
  /** Counts of the snapshot; `undefined`: not read yet. */
  #counts: Counts | undefined = NO_COUNTS;
  #startedLateMs = 0;

  constructor(remote: RemoteClock) {
    this.#remote = remote;
  }

  /** Begins to monitor the load of the run. */
  watch(load: AgentLoad): void {
    this.#load = load;
    load.validity.update(load.record.snapshot());
  }

  /** Called about once a second. */
  update(): void {
    const snapshot = this.#take();
    if (snapshot !== undefined) this.#load?.validity.update(snapshot);
  }

  /** Called after the end of a job. */
  conclude(): void {
    const snapshot = this.#take();
    if (snapshot === undefined) return;
    this.#load?.validity.update(snapshot);
    this.#load?.validity.conclude(snapshot);
  }

  /** Records that a job started after the common start, by this many milliseconds. */
  startedLate(lateMs: number): void {
    this.#startedLateMs = Math.max(this.#startedLateMs, lateMs);
  }

  read(): AgentHealth {
    if (this.#counts === undefined && this.#snapshot !== undefined) this.#counts = countsOf(this.#snapshot);
    const { findings, peaks } = this.#load?.validity.currentValidity ?? noopValidity;
    return {
      findings,
      peaks,
      floor: this.#load?.floor() ?? null,
      clockBoundMs: Math.min(UNKNOWN_MS, this.#remote.boundMs),
      startedLateMs: this.#startedLateMs,
      ...(this.#counts ?? NO_COUNTS),
    };
  }

  #take(): Snapshot | undefined {
    this.#snapshot = this.#load?.record.snapshot();
    if (this.#snapshot !== undefined) this.#counts = undefined;
    return this.#snapshot;
  }
}

function countsOf({ jobs }: Snapshot): Counts {
  const parts = requestParts(jobs).map(({ measured }) => measured);
  const latency = parts.reduce((sum, tally) => sum.plus(primaryLatency(tally).latency), EMPTY_LATENCIES);
  return {
    requests: parts.reduce((sum, tally) => sum + requestsOf(tally), 0),
    errors: parts.reduce((sum, tally) => sum + errorsOf(tally), 0),
    p50Seconds: latency.percentile(50) ?? null,
    p99Seconds: latency.percentile(99) ?? null,
  };
}
