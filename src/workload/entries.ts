import { JOB_TYPES, type JobType, type RequestType } from '../shared/job-type.ts';
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

/** Operations listed by a mixed job, or the requests of a scenario's steps; empty for weights and for other types. */
export function operationsOf(job: ConfigObject): ConfigObject[] {
  const { path, fields } = job;
  if (fields['type'] !== 'scenario') return entriesOf(fields['mixed'], [...path, 'mixed']);
  return requestStepsOf(job).map((step) => ({
    path: step.path,
    fields: { ...step.fields, type: step.fields['type'] ?? typeOfStep(step.fields) },
  }));
}

/** Lists of steps of a scenario, in the order in which a user runs them. */
export const STEP_LISTS = ['before', 'steps', 'after'] as const;

/** All steps of a scenario that are requests: those of groups and branches included. */
export function requestStepsOf({ path, fields }: ConfigObject): ConfigObject[] {
  return STEP_LISTS.flatMap((list) => entriesOf(fields[list], [...path, list]).flatMap(requestsInStep));
}

/** Requests of a step: itself, or those of its group or branches; not the steps that call functions. */
export function requestsInStep(step: ConfigObject): ConfigObject[] {
  return innerStepsOf(step).filter(({ fields }) => fields['function'] === undefined);
}

/** Requests and calls of functions of a step: itself, or those of its group or branches. */
export function innerStepsOf(step: ConfigObject): ConfigObject[] {
  const { path, fields } = step;
  if (fields['steps'] === undefined && fields['one_of'] === undefined) return [step];
  return [
    ...entriesOf(fields['steps'], [...path, 'steps']),
    ...entriesOf(fields['one_of'], [...path, 'one_of']).flatMap((branch) =>
      entriesOf(branch.fields['steps'], [...branch.path, 'steps']),
    ),
  ];
}

/** All steps of a scenario that call a function: those of groups and branches included. */
export function functionStepsOf(job: ConfigObject): ConfigObject[] {
  return STEP_LISTS.flatMap((list) => stepEntriesOf(job, list).flatMap(innerStepsOf)).filter(
    ({ fields }) => fields['function'] !== undefined,
  );
}

/** Name of a step: a step that calls a function has that of the function unless it has its own. */
export function nameOfStep({ name, function: called }: Fields): unknown {
  return name ?? called;
}

/** Number of the operations of a transaction: begin, commit, rollback. */
const TRANSACTION_PARTS = 3;

/** Paths of a scenario's operations in the order of its plan: its steps, the parts of its transaction, those of users. */
export function scenarioPathsOf({ path, fields }: ConfigObject): readonly Path[] {
  const of = (list: (typeof STEP_LISTS)[number]): readonly Path[] =>
    entriesOf(fields[list], [...path, list]).flatMap((step) => requestsInStep(step).map((request) => request.path));
  const parts = fields['transaction'] === undefined ? [] : Array.from({ length: TRANSACTION_PARTS }, () => path);
  return [...of('steps'), ...parts, ...of('before'), ...of('after')];
}

/** All entries of a list of steps. */
export function stepEntriesOf({ path, fields }: ConfigObject, list: (typeof STEP_LISTS)[number]): ConfigObject[] {
  return entriesOf(fields[list], [...path, list]);
}

const TYPE_BY_METHOD: Readonly<Record<string, RequestType>> = {
  POST: 'write',
  PUT: 'update',
  PATCH: 'update',
  DELETE: 'delete',
};
const TYPE_BY_VERB: Readonly<Record<string, RequestType>> = {
  INSERT: 'write',
  REPLACE: 'write',
  UPDATE: 'update',
  DELETE: 'delete',
};

/** Type under which the requests of a step are counted, from its method or statement. */
export function typeOfStep({ http, sql }: Fields): RequestType {
  const method = asObject(http)?.['method'];
  if (typeof method === 'string') return TYPE_BY_METHOD[method.toUpperCase()] ?? 'read';
  const verb = typeof sql === 'string' ? (/^\s*(\w+)/.exec(sql)?.[1] ?? '') : '';
  return TYPE_BY_VERB[verb.toUpperCase()] ?? 'read';
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
