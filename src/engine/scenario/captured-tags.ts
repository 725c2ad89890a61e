import { dynamicTag, type Tag } from '../../templates/tag.ts';
import type { Json } from '../../shared/json.ts';
import type { UserState } from './user-state.ts';

/** A value that a template needs and the iteration has not captured. */
export class MissingValue extends Error {}

/** A captured value: its name in templates and its slot. */
export interface CaptureSlot {
  /** `login.token`. */
  readonly name: string;
  /** Whether it belongs to the user instead of its iteration. */
  readonly forUser: boolean;
  readonly slot: number;
}

/** A value that a function's step returns. */
export interface ReturnedValue {
  readonly step: string;
  readonly value: string;
}

/**
 * Returns the tags whose values depend on the user: captured values, the loop's element, and numbers.
 * @param returned values of functions
 * @param forUser whether the steps of users themselves name the values
 * @param stateOf finds the state of a request's user by the request's number
 */
export function userTags(
  slots: readonly CaptureSlot[],
  returned: readonly ReturnedValue[],
  forUser: boolean,
  stateOf: (number: number) => UserState | undefined,
  iterationOf: (number: number) => number,
): ReadonlyMap<string, () => Tag> {
  const tag = (name: string, read: (state: UserState, number: number) => Json | undefined): [string, () => Tag] => [
    name,
    () =>
      dynamicTag((number) => {
        const state = stateOf(number);
        const value = state && read(state, number);
        if (value === undefined)
          throw new MissingValue(`#${name} has no value in this iteration: its step did not run`);
        return value;
      }),
  ];
  return new Map([
    ...slots.map(({ name, forUser, slot }) => tag(name, (state) => (forUser ? state.userValues : state.values)[slot])),
    ...returned.map(({ step, value }) =>
      tag(`${step}.${value}`, ({ functions }) => {
        const values = functions?.returned(forUser, step);
        if (values === undefined || Object.hasOwn(values, value)) return values?.[value];
        throw new MissingValue(`#${step}.${value} has no value in this iteration: the function did not return it`);
      }),
    ),
    tag('each.item', ({ item }) => item),
    tag('each.index', ({ index }) => index),
    tag('user.number', ({ number }) => number),
    tag('user.iteration', ({ iterations }) => iterations - 1),
    tag('iteration.number', (_, number) => iterationOf(number)),
  ]);
}
