import { asObject, type Fields } from './entries.ts';
import { DURATION, RATE } from './values.ts';

/** Fields of a job whose value 0 means "not set", as in loadbot. */
const UNSET_BY_ZERO = ['pace', 'operations', 'duration', 'timeout', 'batch_size'] as const;

/** Removes job fields that are 0 for "not set". Keeps the duration of a sleep, where 0 is a valid value. */
export function removeUnsetFields(file: unknown): unknown {
  const fields = asObject(file);
  const jobs = fields?.['jobs'];
  return Array.isArray(jobs) ? { ...fields, jobs: jobs.map(cleanStep) } : file;
}

function cleanStep(step: unknown): unknown {
  const group = asObject(step)?.['parallel'];
  return Array.isArray(group) ? { ...asObject(step), parallel: group.map(cleanJob) } : cleanJob(step);
}

function cleanJob(job: unknown): unknown {
  const fields = asObject(job);
  if (fields === undefined || fields['type'] === 'sleep') return job;
  const mixed = fields['mixed'];
  return withoutZeros(Array.isArray(mixed) ? { ...fields, mixed: mixed.map(cleanOperation) } : fields);
}

function cleanOperation(operation: unknown): unknown {
  const fields = asObject(operation);
  return fields === undefined ? operation : withoutZeros(fields);
}

function withoutZeros(fields: Fields): Fields {
  const unset = new Set<string>(UNSET_BY_ZERO.filter((name) => isZero(fields[name])));
  return unset.size === 0 ? fields : Object.fromEntries(Object.entries(fields).filter(([name]) => !unset.has(name)));
}

/** Whether a value is 0, or text such as "0s" and "0/s". */
function isZero(value: unknown): boolean {
  if (typeof value !== 'string') return value === 0;
  return (DURATION.test(value) || RATE.test(value)) && !/[1-9]/.test(value);
}
