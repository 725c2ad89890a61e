import type { Clock, Timer } from '../../shared/clock.ts';
import { rangesOf } from '../../conditions/selectors.ts';
import type { StartCondition } from '../../plan/gate.ts';
import { type Watch, describeCurrentValues, REEVALUATE_EVERY_MS } from '../conditions/watch.ts';
import type { Sources } from '../sources.ts';

export type WaitOutcome = 'held' | 'timed_out' | 'stopped';

/**
 * Wait for one condition. The condition is evaluated from the start of the run, so that its time ranges and its
 * duration are known when the job's turn comes.
 */
export class ConditionWait {
  readonly #waitFor: StartCondition;
  readonly #clock: Clock;
  readonly #watch: Watch;
  /** End of the first interval that covers all time ranges of the condition. */
  readonly #seenAllMs: number;
  #heldSinceMs: number | undefined;
  #onChange: () => void = () => {};

  /** @param sources sources after their first reading */
  constructor(waitFor: StartCondition, sources: Pick<Sources, 'watch'>, clock: Clock) {
    this.#waitFor = waitFor;
    this.#clock = clock;
    const spansMs = rangesOf(waitFor.condition).map(({ windowMs }) => windowMs);
    this.#seenAllMs = clock.nowMs() + Math.max(0, ...spansMs.filter(Number.isFinite));
    this.#watch = sources.watch(waitFor.condition, ({ holds, byMs }) => {
      this.#heldSinceMs = holds === true ? byMs : undefined;
      this.#onChange();
    });
    if (this.#watch.verdict().holds === true) this.#heldSinceMs = clock.nowMs();
  }

  /** Whether the condition already holds for the required time. */
  get isReady(): boolean {
    return this.#readyInMs() <= 0;
  }

  /** Current values of the condition, human-readable. */
  explain(): string {
    const said = describeCurrentValues(this.#watch);
    const inMs = this.#readyInMs();
    return inMs > 0 && inMs < Infinity ? `${said}, but not long enough` : said;
  }

  /**
   * Resolves when the condition has held for the required time, on timeout, or when the signal is aborted. Never
   * rejects.
   */
  wait(signal: AbortSignal): Promise<WaitOutcome> {
    return new Promise((resolve) => {
      let due: Timer | undefined;
      const settle = (outcome: WaitOutcome): void => {
        this.#onChange = () => {};
        due?.cancel();
        deadline.cancel();
        signal.removeEventListener('abort', stop);
        resolve(outcome);
      };
      const stop = (): void => settle('stopped');
      const look = (): void => {
        due?.cancel();
        const inMs = this.#readyInMs();
        if (inMs <= 0) settle('held');
        else if (this.#heldSinceMs !== undefined) due = this.#clock.after(Math.min(inMs, REEVALUATE_EVERY_MS), look);
      };
      const deadline = this.#clock.after(this.#waitFor.timeoutMs, () => settle('timed_out'));
      signal.addEventListener('abort', stop);
      this.#onChange = look;
      if (signal.aborted) stop();
      else look();
    });
  }

  close(): void {
    this.#watch.close();
  }

  /** Time until the wait is complete; `Infinity`: unknown. */
  #readyInMs(): number {
    // A source may have become stale since.
    if (this.#heldSinceMs === undefined || this.#watch.verdict().holds !== true) return Infinity;
    const readyMs = Math.max(this.#heldSinceMs + this.#waitFor.forMs, this.#seenAllMs);
    return readyMs - this.#clock.nowMs();
  }
}
