import type { SourceCondition } from '../../conditions/condition.ts';
import { rangesOf, selectorsOf } from '../../conditions/selectors.ts';
import type { SourceScrape } from '../attempt.ts';
import { evaluateCondition, type ConditionResult } from './evaluate.ts';
import type { ObservedSource } from './series-matcher.ts';
import { SourceConditionInput } from './source-facts.ts';

/** The result of a condition has changed, or become unknown. */
export interface ConditionChange extends ConditionResult {
  /**
   * Lower bound of the time of the change, on the run's clock: the request of the last reading with the old result was
   * sent at this time. `-Infinity` without such a reading. The change itself happens between two readings.
   */
  readonly afterMs: number;
  /**
   * Upper bound of the time of the change, on the run's clock: the first response with the new result began at this
   * time.
   */
  readonly byMs: number;
}

/** A condition that is evaluated after each attempt to read a source. */
export interface Watch {
  /** Current result. */
  verdict(): ConditionResult;
  /** Names of the sources that the condition needs, or may need, and that do not respond. */
  unread(): readonly string[];
  close(): void;
}

export class ConditionWatch {
  readonly #condition: SourceCondition;
  readonly #facts: SourceConditionInput;
  readonly #onChange: (change: ConditionChange) => void;
  #holds: boolean | undefined;

  constructor(
    condition: SourceCondition,
    sources: readonly ObservedSource[],
    nowMs: () => number,
    onChange: (change: ConditionChange) => void,
  ) {
    this.#condition = condition;
    this.#facts = new SourceConditionInput(sources, rangesOf(condition), nowMs);
    this.#onChange = onChange;
    this.#holds = this.verdict().holds;
  }

  verdict(): ConditionResult {
    return evaluateCondition(this.#condition, this.#facts);
  }

  unread(): readonly string[] {
    return [...new Set(selectorsOf(this.#condition).flatMap((selector) => this.#facts.unread(selector)))];
  }

  /**
   * Handles the end of an attempt to read a source.
   * @param before its reading before the attempt
   * @param byMs time at which the new state is known
   */
  update(source: ObservedSource, before: SourceScrape | undefined, byMs: number): void {
    this.#facts.note(source);
    const verdict = this.verdict();
    if (verdict.holds === this.#holds) return;
    this.#holds = verdict.holds;
    this.#onChange({ ...verdict, afterMs: before?.sentMs ?? -Infinity, byMs });
  }
}

/** Current values of a condition, human-readable. */
export function describeCurrentValues(watch: Watch): string {
  const { holds, because } = watch.verdict();
  const unread = watch.unread();
  if (holds === undefined && unread.length > 0) {
    return `source${unread.length === 1 ? '' : 's'} ${unread.join(', ')} cannot be read`;
  }
  return because ?? 'no such series';
}

/**
 * Interval of the re-evaluation of a condition. Needed because a source that becomes stale and recovers may cause no
 * change event.
 */
export const REEVALUATE_EVERY_MS = 1000;
