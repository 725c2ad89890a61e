import type { Condition } from '../../core/condition/condition.ts';
import { rangesOf, selectorsOf } from '../../core/condition/selectors.ts';
import type { Reading } from '../reading.ts';
import { evaluate, type Verdict } from './evaluate.ts';
import type { ObservedSource } from './observed-source.ts';
import { SourceFacts } from './source-facts.ts';

/** A condition has begun to hold, has ceased to, or is no longer known. */
export interface ConditionChange extends Verdict {
  /**
   * The change itself was seen by nobody. It was after the request was sent that still found things as before, on the run's
   * clock; `-Infinity` when there was none.
   */
  readonly afterMs: number;
  /** And before the answer began that told of it, on the run's clock. */
  readonly byMs: number;
}

/** A condition that is evaluated each time that a source was read, or was not. */
export interface Watch {
  /** Whether it holds, at this moment. */
  verdict(): Verdict;
  /** Names of the sources that it is about, or may be, and that do not answer. */
  unread(): readonly string[];
  close(): void;
}

export class ConditionWatch {
  readonly #condition: Condition;
  readonly #facts: SourceFacts;
  readonly #onChange: (change: ConditionChange) => void;
  #holds: boolean | undefined;

  constructor(
    condition: Condition,
    sources: readonly ObservedSource[],
    nowMs: () => number,
    onChange: (change: ConditionChange) => void,
  ) {
    this.#condition = condition;
    this.#facts = new SourceFacts(sources, rangesOf(condition), nowMs);
    this.#onChange = onChange;
    this.#holds = this.verdict().holds;
  }

  verdict(): Verdict {
    return evaluate(this.#condition, this.#facts);
  }

  unread(): readonly string[] {
    return [...new Set(selectorsOf(this.#condition).flatMap((selector) => this.#facts.unread(selector)))];
  }

  /**
   * An attempt to read a source has ended.
   * @param before its reading until then
   * @param byMs when it is known what it is known now
   */
  update(source: ObservedSource, before: Reading | undefined, byMs: number): void {
    this.#facts.note(source);
    const verdict = this.verdict();
    if (verdict.holds === this.#holds) return;
    this.#holds = verdict.holds;
    this.#onChange({ ...verdict, afterMs: before?.sentMs ?? -Infinity, byMs });
  }
}
