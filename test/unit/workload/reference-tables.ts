import type { JsonSchema } from '../../../src/workload/json-schema.ts';
import { JOB_TYPES } from '../../../src/shared/job-type.ts';
import { fieldTable, jobTable } from './field-table.ts';

/** Every table of the reference, by the name of its object. */
export function referenceTables(schema: JsonSchema): Record<string, string> {
  const definitions = (schema.definitions ?? {}) as Record<string, JsonSchema>;
  const jobs = Object.fromEntries(JOB_TYPES.map((type) => [type, definitions[`${type}_job`] ?? {}]));
  const others = Object.entries(definitions).filter(([name]) => name !== 'job' && !name.endsWith('_job'));
  return {
    workload: fieldTable(schema),
    job: jobTable(jobs),
    ...Object.fromEntries(others.map(([name, part]) => [name, fieldTable(part)])),
  };
}
