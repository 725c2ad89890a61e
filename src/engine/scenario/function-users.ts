import type { FunctionUser } from '../../functions/function-context.ts';
import { deepFreeze } from '../../shared/deep-freeze.ts';
import type { Json } from '../../shared/json.ts';
import type { CaptureSlot } from './captured-tags.ts';
import type { UserState } from './user-state.ts';

/** Variables and values of users for functions, in the steps of iterations or in those of users themselves. */
interface FunctionUsersOptions {
  /** Whether the steps are those of users themselves. */
  readonly forUser: boolean;
  /** Whether their numbers are those of iterations. */
  readonly isByIteration: boolean;
  /** Variables by name: functions of the number of the iteration or user. */
  readonly variables: ReadonlyMap<string, (number: number) => Json>;
  readonly slots: readonly CaptureSlot[];
  /** Names of the steps that call functions. */
  readonly functionSteps: readonly string[];
}

/** Creates the view that functions have of a virtual user. Values are read when a function asks for them. */
export class FunctionUsers {
  readonly #options: FunctionUsersOptions;

  constructor(options: FunctionUsersOptions) {
    this.#options = options;
  }

  /** @param number of the iteration, or of the user for its own steps */
  of(state: UserState, number: number): FunctionUser {
    return {
      number: state.number,
      iteration: this.#options.isByIteration ? number : undefined,
      readVars: () => this.#variablesAt(number),
      readCaptures: () => this.#valuesOf(state),
    };
  }

  #variablesAt(number: number): Record<string, Json> {
    return Object.fromEntries([...this.#options.variables].map(([name, read]) => [name, deepFreeze(read(number))]));
  }

  #valuesOf(state: UserState): Record<string, Record<string, Json>> {
    const { slots, functionSteps, forUser } = this.#options;
    const values: Record<string, Record<string, Json>> = {};
    for (const { name, forUser: isOfUser, slot } of slots) {
      const value = (isOfUser ? state.userValues : state.values)[slot];
      const [step = '', member = ''] = name.split('.');
      if (value !== undefined) (values[step] ??= {})[member] = value;
    }
    for (const step of functionSteps) {
      const returned = state.functions?.returned(forUser, step);
      if (returned !== undefined) values[step] = { ...returned };
    }
    return deepFreeze(values);
  }
}
