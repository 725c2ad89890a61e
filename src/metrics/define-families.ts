import type { Family, Sample } from './family.ts';
import type { SeriesLabels } from './series-labels.ts';

/** Subject of a table of families: a job, a push target, a source. */
interface Labelled {
  readonly series: SeriesLabels;
}

/** Row of a table of families. */
export interface FamilyRow<State> extends Omit<Family, 'samples'> {
  /** Returns the samples of one subject; empty if the family does not apply to it. */
  readonly read: (state: State) => readonly Sample[];
}

/** Builds the families of any number of subjects, each family once, in the order of the rows; none without subjects. */
export type BuildFamilies<State> = (states: readonly State[]) => readonly Family[];

/** Turns a table of families into the function that builds them. */
export function defineFamilies<State>(rows: readonly FamilyRow<State>[]): BuildFamilies<State> {
  return (states) =>
    states.length === 0
      ? []
      : rows.map(({ name, type, help, read }) => ({ name, type, help, samples: states.flatMap(read) }));
}

/** Leaves out the families without samples. */
export function withSamples(families: readonly Family[]): readonly Family[] {
  return families.filter(({ samples }) => samples.length > 0);
}

/** Reads one value; `undefined`: no sample. */
export function single<State extends Labelled>(
  valueOf: (state: State) => number | boolean | undefined,
): FamilyRow<State>['read'] {
  return (state) => {
    const value = valueOf(state);
    return value === undefined ? [] : [{ suffix: '', labels: state.series.own, value: Number(value) }];
  };
}

/** Reads one value for each value of a label. */
export function each<State extends Labelled, const Value extends string>(
  label: string,
  values: readonly Value[],
  valueOf: (state: State, value: Value) => number | boolean,
): FamilyRow<State>['read'] {
  return (state) =>
    state.series.each(label, values).map((labels, index) => {
      const value = Number(valueOf(state, values[index]!)); // one for each value
      return { suffix: '', labels, value };
    });
}
