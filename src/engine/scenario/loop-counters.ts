import type { Json } from '../../shared/json.ts';
import { cutText } from '../../shared/text.ts';
import type { Loop, Numbering } from './program.ts';
import type { UserState } from './user-state.ts';

/** Maximum length of a value in a message, in characters. */
const MAX_SHOWN = 100;

/** Counters of the loops of one user's iteration, by slot. */
export class LoopCounters {
  readonly #counters: number[] = [];
  readonly #totals: number[] = [];
  readonly #lists: (readonly Json[] | undefined)[] = [];

  /**
   * Starts a loop; returns whether it has a repetition.
   * @param ticket number by which its list is read
   * @param number number by which its count is drawn
   * @throws {Error} when the value of `for_each` is not a list
   */
  begin(loop: Loop, ticket: number, number: number, state: UserState): boolean {
    const list = loop.list === undefined ? undefined : listOf(loop.list(ticket));
    this.#lists[loop.slot] = list;
    this.#totals[loop.slot] = Math.min(list?.length ?? loop.count?.(number) ?? 0, loop.most);
    this.#counters[loop.slot] = 0;
    const isEmpty = this.#totals[loop.slot] === 0;
    if (!isEmpty) this.#expose(loop, state);
    return !isEmpty;
  }

  /** Ends a repetition; returns whether another one follows. */
  next(loop: Loop, state: UserState): boolean {
    const counter = this.#counters[loop.slot]! + 1; // the loop has begun
    this.#counters[loop.slot] = counter;
    const isEnded = counter >= this.#totals[loop.slot]!; // the loop has begun
    const current = isEnded ? loop.outer : loop;
    if (current !== undefined) this.#expose(current, state);
    return !isEnded;
  }

  /** Returns the number of an execution within the loops around it; unique for the ticket and the counters. */
  numberOf(ticket: number, numbering: Numbering): number {
    let number = ticket;
    for (const { slot, most } of numbering) number = number * most + this.#counters[slot]!; // its loops have begun
    return number;
  }

  #expose({ slot }: Loop, state: UserState): void {
    state.index = this.#counters[slot]!; // the loop has begun
    state.item = this.#lists[slot]?.[state.index];
  }
}

function listOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new Error(`\`for_each\` needs a list, but its value is ${cutText(JSON.stringify(value), MAX_SHOWN)}`);
}
