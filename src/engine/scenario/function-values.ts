import type { Json } from '../../shared/json.ts';
import type { ReturnedValues } from '../../functions/call-step.ts';

/** Values of one lifetime: those of a user, or those of its iteration. */
class Lifetime {
  /** Variables that functions have set. */
  readonly variables = new Map<string, Json>();
  /** Values that functions have returned, by step. */
  readonly returned = new Map<string, ReturnedValues>();

  clear(): void {
    this.variables.clear();
    this.returned.clear();
  }
}

/** Values that functions of steps have set and returned for one virtual user. */
export class FunctionValues {
  readonly #ofUser = new Lifetime();
  readonly #ofIteration = new Lifetime();

  beginUser(): void {
    this.#ofUser.clear();
  }

  beginIteration(): void {
    this.#ofIteration.clear();
  }

  /** @param forUser whether the values belong to the user instead of its iteration */
  keep(forUser: boolean, step: string, values: ReturnedValues, variables: Iterable<readonly [string, Json]>): void {
    const lifetime = forUser ? this.#ofUser : this.#ofIteration;
    lifetime.returned.set(step, values);
    for (const [name, value] of variables) lifetime.variables.set(name, value);
  }

  /** @param forUser whether the steps of the user itself ask, which know nothing of an iteration */
  variable(forUser: boolean, name: string): Json | undefined {
    const own = forUser ? undefined : this.#ofIteration.variables.get(name);
    return own === undefined ? this.#ofUser.variables.get(name) : own;
  }

  /** Values that a step has returned; `undefined`: it did not run. */
  returned(forUser: boolean, step: string): ReturnedValues | undefined {
    const own = forUser ? undefined : this.#ofIteration.returned.get(step);
    return own ?? this.#ofUser.returned.get(step);
  }
}
