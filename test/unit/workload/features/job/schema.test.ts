import { expect, test } from 'vitest';
import { JOB_TYPES } from '../../../../../src/shared/job-type.ts';
import { JOB_FIELDS } from '../../../../../src/workload/features/job/fields.ts';
import { fieldsOfJob } from '../../../../../src/workload/features/job/schema.ts';

test('each field belongs to a type of job', () => {
  const known = new Set(JOB_TYPES.flatMap(fieldsOfJob));
  expect(Object.keys(JOB_FIELDS).filter((field) => !known.has(field))).toEqual([]);
  expect(known.size).toBeGreaterThan(20);
});
