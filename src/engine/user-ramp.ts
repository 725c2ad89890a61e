import type { UserStage } from '../plan/plan.ts';
import type { ThreadPartition } from './thread-partition.ts';

/** Accepted error of a computed number of users. */
const EPSILON = 1e-9;
/** Minimum time between two changes, in milliseconds: that of the timers. */
const MIN_STEP_MS = 1;

/**
 * Number of active users of one thread over time. Users are numbered over all threads. In a rising stage, user `n`
 * starts when the curve reaches `n + 1`; in a falling one, it retires when the curve reaches `n`.
 */
export class UserRamp {
  readonly #stages: readonly UserStage[];
  readonly #share: ThreadPartition;
  readonly #startMs: number;
  readonly #measuredMs: number;

  /**
   * @param startMs start of the load, in the clock's milliseconds
   * @param measuredMs start of the first stage; before it, the number of users at its end applies
   */
  constructor(stages: readonly UserStage[], share: ThreadPartition, startMs: number, measuredMs: number) {
    this.#stages = stages;
    this.#share = share;
    this.#startMs = startMs;
    this.#measuredMs = measuredMs;
  }

  /** Number of the thread's active users: the first ones. */
  activeAt(nowMs: number): number {
    return this.#share.countOf(this.#usersAt(nowMs));
  }

  /** Earliest time after `nowMs` at which the number of users of all threads may change; `Infinity`: it stays. */
  nextChangeMs(nowMs: number): number {
    if (nowMs < this.#startMs) return this.#startMs;
    if (nowMs < this.#measuredMs) return this.#measuredMs;
    const [stage, fromMs] = this.#stageAt(nowMs);
    if (stage === undefined) return Infinity;
    const { durationMs, fromUsers, toUsers } = stage;
    const slope = (toUsers - fromUsers) / durationMs;
    const users = fromUsers + slope * (nowMs - fromMs);
    const next = slope > 0 ? Math.floor(users + EPSILON) + 1 : Math.ceil(users - EPSILON) - 1;
    const changeMs = slope === 0 ? Infinity : fromMs + (next - fromUsers) / slope;
    return Math.max(Math.min(changeMs, fromMs + durationMs), nowMs + MIN_STEP_MS);
  }

  #usersAt(nowMs: number): number {
    if (nowMs < this.#startMs) return 0;
    if (nowMs < this.#measuredMs) return this.#stages[0]?.toUsers ?? 0;
    const [stage, fromMs] = this.#stageAt(nowMs);
    if (stage === undefined) return this.#stages.at(-1)?.toUsers ?? 0;
    const { durationMs, fromUsers, toUsers } = stage;
    const users = fromUsers + ((toUsers - fromUsers) * (nowMs - fromMs)) / durationMs;
    return toUsers > fromUsers ? Math.floor(users + EPSILON) : Math.ceil(users - EPSILON);
  }

  /** The stage of a time, and its start; `undefined` after the last one. Stages without a duration are steps. */
  #stageAt(nowMs: number): readonly [stage: UserStage | undefined, fromMs: number] {
    let fromMs = this.#measuredMs;
    for (const stage of this.#stages) {
      if (nowMs < fromMs + stage.durationMs) return [stage, fromMs];
      fromMs += stage.durationMs;
    }
    return [undefined, fromMs];
  }
}
