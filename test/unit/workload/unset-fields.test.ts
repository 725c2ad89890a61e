import { describe, expect, test } from 'vitest';
import { removeUnsetFields } from '../../../src/workload/unset-fields.ts';
import { plan, planJob } from './planning.ts';
import { line, problemsOf } from './loading.ts';

describe('0 is "not set"', () => {
  test.each([
    ['pace', 0],
    ['pace', '0/s'],
    ['operations', 0],
    ['duration', 0],
    ['duration', '0s'],
    ['duration', '0h0m0s'],
    ['timeout', 0],
    ['timeout', '0s'],
  ])('%s: %j', async (field, zero) => {
    const without = await planJob({ type: 'bulk_write', batch_size: 7 });
    expect(await planJob({ type: 'bulk_write', batch_size: 7, [field]: zero })).toEqual(without);
  });

  test('batch_size 0 is the default for a job, and the value of its job for an operation', async () => {
    expect((await planJob({ type: 'bulk_write', batch_size: 0 })).mix).toMatchObject([{ batchSize: 100 }]);
    const mixed = [{ type: 'bulk_write', batch_size: 0 }];
    expect((await planJob({ type: 'mixed', batch_size: 7, mixed })).mix).toMatchObject([{ batchSize: 7 }]);
  });

  test('a job that runs once has 1 operation', async () => {
    expect((await planJob({ type: 'drop_collection', operations: 0 })).operations).toBe(1);
  });

  test('removes zeros from jobs of a parallel group', () => {
    const job = { type: 'write', operations: 0, pace: 5 };
    expect(removeUnsetFields({ jobs: [{ parallel: [job, 'x'] }] })).toEqual({
      jobs: [{ parallel: [{ type: 'write', pace: 5 }, 'x'] }],
    });
  });

  test('a sleep of 0 is an error', async () => {
    const text = '{ "connection_string": "embedded:", "jobs": [{ "type": "sleep", "duration": 0 }] }';
    expect((await problemsOf(text)).map(line)).toEqual([
      'load.jsonc:1:77 jobs[0].duration: must be a duration such as "30s", "200ms" or "1h30m"; it is 0 (add a unit: a bare number could be seconds or milliseconds)',
    ]);
  });

  test.each([null, 7, 'text', [], { jobs: 7 }, { jobs: [null, 7, { parallel: 7 }, { mixed: [7] }] }])(
    'the file %j is not changed',
    (file) => {
      expect(removeUnsetFields(file)).toEqual(file);
    },
  );
});

describe('numbers of at least 1000000 are nanoseconds', () => {
  test.each([
    [1_000_000, 1],
    [1_500_000, 1.5],
    [630_000_000_000, 630_000],
    [9_000_000_000_000_000, 9_000_000_000],
  ])('%d ns are %d ms', async (nanoseconds, ms) => {
    expect(await planJob({ duration: nanoseconds, timeout: nanoseconds })).toMatchObject({
      durationMs: ms,
      timeoutMs: ms,
    });
    const jobs = [{ type: 'sleep', duration: nanoseconds }];
    expect((await plan({ connection_string: 'embedded:', jobs })).jobs).toMatchObject([{ durationMs: ms }]);
  });
});
