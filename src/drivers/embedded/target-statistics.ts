import type { StoreOperation } from './router.ts';
import { type StallSchedule, stallsBegun, stallsUntil } from './faults.ts';

/** Statistics of the target, the ground truth for a measurement. */
export interface TargetStats {
  /** Milliseconds since the Unix epoch. */
  readonly startedEpochMs: number;
  readonly atEpochMs: number;
  /** Requests whose head has arrived; `requests = responses + abandoned + inFlight`. */
  readonly requests: number;
  readonly inFlight: number;
  /** Requests whose client disconnected before the response. */
  readonly abandoned: number;
  /** Number of responses by operation and status. */
  readonly responses: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Number of documents by collection. */
  readonly documents: Readonly<Record<string, number>>;
  readonly stalls: {
    readonly begun: number;
    readonly ended: number;
    /** The latest stalls; `endedEpochMs` is null while one lasts. */
    readonly latest: readonly { readonly begunEpochMs: number; readonly endedEpochMs: number | null }[];
  };
  /** Arrivals per second of the epoch, starting at `firstSecond`; at most the last hour. */
  readonly arrivals: { readonly firstSecond: number; readonly counts: readonly number[] };
}

const KEPT_SECONDS = 3600;
const KEPT_STALLS = 1000;

/** Counts the requests and responses of the target. All times are milliseconds since the Unix epoch. */
export class TargetStatistics {
  readonly #startedEpochMs: number;
  readonly #stall: StallSchedule | undefined;
  readonly #responses: Record<string, Record<string, number>> = {};
  #requests = 0;
  #answered = 0;
  #abandoned = 0;
  #firstSecond = 0;
  #arrivals: number[] = [];

  constructor(startedEpochMs: number, stall: StallSchedule | undefined) {
    this.#startedEpochMs = startedEpochMs;
    this.#stall = stall;
  }

  /** Counts the arrival of a request's head. */
  arrived(epochMs: number): void {
    this.#requests++;
    const second = Math.floor(epochMs / 1000);
    if (this.#arrivals.length === 0) this.#firstSecond = second;
    const at = second - this.#firstSecond;
    while (this.#arrivals.length <= at) this.#arrivals.push(0);
    this.#arrivals[at]!++; // filled up to this index
    if (at < 2 * KEPT_SECONDS) return;
    this.#arrivals = this.#arrivals.slice(-KEPT_SECONDS);
    this.#firstSecond = second - KEPT_SECONDS + 1;
  }

  answered(operation: StoreOperation, status: number): void {
    this.#answered++;
    const byStatus = (this.#responses[operation] ??= {});
    byStatus[status] = (byStatus[status] ?? 0) + 1;
  }

  abandoned(): void {
    this.#abandoned++;
  }

  stats(epochMs: number, documents: Readonly<Record<string, number>>): TargetStats {
    const begun = stallsBegun(epochMs, this.#stall, this.#startedEpochMs);
    const latest = stallsUntil(epochMs, this.#stall, this.#startedEpochMs, KEPT_STALLS);
    const lasting = (latest.at(-1)?.endMs ?? 0) > epochMs ? 1 : 0;
    const skipped = Math.max(0, this.#arrivals.length - KEPT_SECONDS);
    return {
      startedEpochMs: this.#startedEpochMs,
      atEpochMs: epochMs,
      requests: this.#requests,
      inFlight: this.#requests - this.#answered - this.#abandoned,
      abandoned: this.#abandoned,
      responses: structuredClone(this.#responses),
      documents,
      stalls: {
        begun,
        ended: begun - lasting,
        latest: latest.map(({ beginMs, endMs }) => ({
          begunEpochMs: beginMs,
          endedEpochMs: endMs > epochMs ? null : endMs,
        })),
      },
      arrivals: { firstSecond: this.#firstSecond + skipped, counts: this.#arrivals.slice(skipped) },
    };
  }
}
