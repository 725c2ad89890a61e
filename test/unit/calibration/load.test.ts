import { describe, expect, test } from 'vitest';
import { requestTo, workloadOf } from '../../../src/calibration/load.ts';
import { loadWorkload } from '../../../src/workload/load.ts';

const load = { rate: 400, threads: 2, connections: 8, warmUpMs: 500, durationMs: 2000 };

test.each([
  ['http://h:8080', 'http://h:8080/', { collection: 'calibration', http: { path: '/' } }],
  ['https://user:pw@h/a/b?x=1#top', 'https://user:pw@h/', { collection: 'calibration', http: { path: '/a/b?x=1' } }],
  ['embedded:', 'embedded:', { collection: 'calibration', http: { path: '/' } }],
  ['postgres://h/db', 'postgres://h/db', { sql: 'SELECT 1' }],
  ['mysql://h/db', 'mysql://h/db', { sql: 'SELECT 1' }],
  ['REDISS://h/1', 'REDISS://h/1', { command: 'PING' }],
  ['mongodb+srv://h/db', 'mongodb+srv://h/db', { command: { ping: 1 } }],
])('the simplest request to %s', (target, connectionString, request) => {
  expect(requestTo(target)).toEqual({ connectionString, request });
});

describe('the workload is valid', () => {
  const targets = [
    'http://h:8080/a?b=c',
    'embedded:',
    'postgres://h/db',
    'mysql://h/db',
    'redis://h',
    'mongodb://h/db',
  ];
  test.each(targets)('for %s', async (target) => {
    for (const rate of [undefined, 400]) {
      const text = workloadOf(target, { ...load, rate });
      const io = { env: {}, readStdin: async () => text, readFile: async () => '' };
      const { file } = await loadWorkload('-', io);
      expect(file.threads).toBe(2);
      expect(file.jobs).toEqual([
        expect.objectContaining({
          type: 'read',
          connections: 8,
          warm_up: 500,
          duration: 2000,
          ...(rate && { pace: rate }),
        }),
      ]);
    }
  });
});
