import { JOB_TYPES, type JobType } from '../shared/job-type.ts';
import type { Path } from './diagnostics.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** An unvalidated object of the file with its path. */
export interface ConfigObject {
  readonly path: Path;
  readonly fields: Fields;
}

/** Lists all jobs of an unvalidated file, including those in parallel groups. */
export function jobsOf(file: unknown): ConfigObject[] {
  return stepsOf(file).flat();
}

/** Lists all jobs by step: the jobs of a step run in parallel, the steps in sequence. */
export function stepsOf(file: unknown): ConfigObject[][] {
  return entriesOf(asObject(file)?.['jobs'], ['jobs']).map((entry) => {
    const group = entry.fields['parallel'];
    return group === undefined ? [entry] : entriesOf(group, [...entry.path, 'parallel']);
  });
}

/** Operations listed by a mixed job; empty for weights and for other types. */
export function operationsOf({ path, fields }: ConfigObject): ConfigObject[] {
  return entriesOf(fields['mixed'], [...path, 'mixed']);
}

/** All objects that define a request: jobs, and the listed operations of mixed jobs. */
export function requestsOf(file: unknown): ConfigObject[] {
  return jobsOf(file).flatMap((job) => [job].concat(operationsOf(job)));
}

/** All entries of `feeders`. */
export function feedersOf(file: unknown): ConfigObject[] {
  return entriesOf(asObject(file)?.['feeders'], ['feeders']);
}

/** All entries of `sources`. */
export function sourcesOf(file: unknown): ConfigObject[] {
  return entriesOf(asObject(file)?.['sources'], ['sources']);
}

/** All entries of `schemas`. */
export function schemasOf(file: unknown): ConfigObject[] {
  return entriesOf(asObject(file)?.['schemas'], ['schemas']);
}

/** The value if it is an object, else `undefined`. */
export function asObject(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function entriesOf(list: unknown, path: Path): ConfigObject[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index) => {
    const fields = asObject(item);
    return fields === undefined ? [] : [{ path: [...path, index], fields }];
  });
}

export function isJobType(type: unknown): type is JobType {
  return (JOB_TYPES as readonly unknown[]).includes(type);
}
