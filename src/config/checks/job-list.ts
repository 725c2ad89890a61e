import type { Path } from '../path.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** An object of the file, whatever it holds. */
export interface Entry {
  readonly path: Path;
  readonly fields: Fields;
}

/** All jobs of a file that may be wrong elsewhere, those in parallel groups included. */
export function jobsOf(file: unknown): Entry[] {
  return stepsOf(file).flat();
}

/** The same by step: the jobs of one step run at the same time, the steps one after the other. */
export function stepsOf(file: unknown): Entry[][] {
  return entriesOf(asObject(file)?.['jobs'], ['jobs']).map((entry) => {
    const group = entry.fields['parallel'];
    return group === undefined ? [entry] : entriesOf(group, [...entry.path, 'parallel']);
  });
}

/** The operations that a mixed job lists; none when it gives weights alone, or is of another type. */
export function operationsOf({ path, fields }: Entry): Entry[] {
  return entriesOf(fields['mixed'], [...path, 'mixed']);
}

/** Whatever says what is sent: all jobs, and the operations that mixed ones list. */
export function requestsOf(file: unknown): Entry[] {
  return jobsOf(file).flatMap((job) => [job].concat(operationsOf(job)));
}

/** All entries of `feeders`. */
export function feedersOf(file: unknown): Entry[] {
  return entriesOf(asObject(file)?.['feeders'], ['feeders']);
}

/** All entries of `sources`. */
export function sourcesOf(file: unknown): Entry[] {
  return entriesOf(asObject(file)?.['sources'], ['sources']);
}

/** All entries of `schemas`. */
export function schemasOf(file: unknown): Entry[] {
  return entriesOf(asObject(file)?.['schemas'], ['schemas']);
}

/** The value as an object, unless it is none. */
export function asObject(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function entriesOf(list: unknown, path: Path): Entry[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index) => {
    const fields = asObject(item);
    return fields === undefined ? [] : [{ path: [...path, index], fields }];
  });
}
