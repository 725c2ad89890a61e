import type { Path } from '../path.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** An object of the file, whatever it holds. */
export interface Entry {
  readonly path: Path;
  readonly fields: Fields;
}

/** All jobs of a file that may be wrong elsewhere, those in parallel groups included. */
export function jobsOf(file: unknown): Entry[] {
  return entriesOf(asObject(file)?.['jobs'], ['jobs']).flatMap((entry) => {
    const group = entry.fields['parallel'];
    return group === undefined ? [entry] : entriesOf(group, [...entry.path, 'parallel']);
  });
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
