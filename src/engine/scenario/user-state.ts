import type { Json } from '../../shared/json.ts';
import { FunctionValues } from './function-values.ts';

/** Captured values, by slot; `undefined`: not captured. */
type CapturedValues = (Json | undefined)[];

/** State of one virtual user, and of its iteration in flight. */
export interface UserState {
  /** Number of the user in the job, from 0, over all threads. */
  readonly number: number;
  /** Iterations that the user has started. */
  iterations: number;
  /** Values that its `before` captured. */
  readonly userValues: CapturedValues;
  /** Values that its iteration in flight has captured. */
  readonly values: CapturedValues;
  /** Element and index of the innermost loop. */
  item: Json | undefined;
  index: number;
  /** Values of its functions; `undefined`: no step calls one. */
  readonly functions: FunctionValues | undefined;
}

/**
 * @param slots number of values that the user and its iterations capture
 * @param callsFunctions whether steps call functions
 */
export function createUserState(
  number: number,
  slots: { readonly user: number; readonly iteration: number },
  callsFunctions: boolean,
): UserState {
  return {
    number,
    iterations: 0,
    userValues: Array.from({ length: slots.user }),
    values: Array.from({ length: slots.iteration }),
    item: undefined,
    index: 0,
    functions: callsFunctions ? new FunctionValues() : undefined,
  };
}

/**
 * States of the users of one thread. Templates are functions of a request's number, so they find the state of their own
 * user by it, whichever user builds a request at the same time.
 */
export class UserStates {
  readonly #byUser = new Map<number, UserState>();
  readonly #byTicket = new Map<number, UserState>();

  add(state: UserState): void {
    this.#byUser.set(state.number, state);
  }

  /** Assigns a ticket to a user, until `release`. */
  assign(ticket: number, state: UserState): void {
    this.#byTicket.set(ticket, state);
  }

  release(ticket: number): void {
    this.#byTicket.delete(ticket);
  }

  ofTicket(ticket: number): UserState | undefined {
    return this.#byTicket.get(ticket);
  }

  ofUser(user: number): UserState | undefined {
    return this.#byUser.get(user);
  }
}
