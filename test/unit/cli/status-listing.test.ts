import { describe, expect, it } from 'vitest';
import { OK } from '../../../src/shared/outcome.ts';
import { describeJob, describeRun, listStatus } from '../../../src/cli/status-listing.ts';
import { buildJob, request } from '../../snapshot-builder.ts';
import { readsAt, statusAt } from '../agent/statuses.ts';

const writes = buildJob({
  name: 'a\nb',
  type: 'write',
  elapsedMs: 500,
  operations: 4,
  record: (recorder) => {
    for (let i = 0; i < 4; i++) request(recorder, OK, 20);
  },
});
const warming = buildJob({
  name: 'warming',
  status: 'warm_up',
  elapsedMs: 0,
  recordWarmUp: (recorder) => {
    for (let i = 0; i < 7; i++) request(recorder, OK, 20);
  },
});
const endless = readsAt(3, { name: 'endless', durationMs: Infinity });

describe('listStatus', () => {
  it('prints a line for the run and one for each job', async () => {
    const pending = buildJob({ name: 'later', status: 'pending', elapsedMs: 0, durationMs: 5000 });
    expect(listStatus(await statusAt(15.5, [writes, readsAt(15), warming, endless, pending]))).toEqual([
      'run uuid-2 of shop against http://127.0.0.1:8080/api, agent agent-1: running, 15.5s',
      '  job      type   status       done  time   requests  rate     p50     p99     errors',
      '  a b      write  completed    100%  500ms  4         8.00/s   20.0ms  20.0ms  0',
      '  reads    read   in_progress  25%   15.0s  15,000    1,000/s  3.00ms  3.00ms  1',
      '  warming  read   warm_up      -     0µs    7         -        -       -       0',
      '  endless  read   in_progress  -     3.00s  3,000     1,000/s  3.00ms  3.00ms  1',
      '  later    read   pending      0%    0µs    0         -        -       -       0',
    ]);
  });

  it('keeps a name with line breaks on one line', async () => {
    const status = await statusAt(1, []);
    expect(describeRun({ ...status, workload: 'x\n\u001b[2J' })).toContain(String.raw`of x \u001b[2J against`);
  });
});

describe('describeJob', () => {
  it('shows the rate since the previous status, or of the whole job without one', async () => {
    const [before] = (await statusAt(10, [readsAt(10)])).jobs;
    // 1000 a second for 10 s, then 2000 requests in 4 s.
    const [job] = (await statusAt(14, [{ ...readsAt(12), elapsedMs: 14_000 }])).jobs;
    if (job === undefined) throw new Error('there is one');
    const rest = 'p50 3.00ms, p99 3.00ms, 1 error';
    expect(describeJob(job, before)).toBe(`reads: 23% (14s / 1m00s), 12,000 requests, 500.0/s, ${rest}`);
    expect(describeJob(job, undefined)).toBe(`reads: 23% (14s / 1m00s), 12,000 requests, 857.1/s, ${rest}`);
    expect(describeJob(job, job)).toBe(`reads: 23% (14s / 1m00s), 12,000 requests, -, ${rest}`);
  });

  it.each([
    [endless, 'endless: 3.0s, 3,000 requests, 1,000/s, p50 3.00ms, p99 3.00ms, 1 error'],
    [warming, 'warming: warm_up, 7 requests, -, p50 -, p99 -, 0 errors'],
    [writes, 'a b: completed, 4 requests, 8.00/s, p50 20.0ms, p99 20.0ms, 0 errors'],
  ])('%#', async (snapshot, line) => {
    const [job] = (await statusAt(3, [snapshot])).jobs;
    expect(job && describeJob(job, undefined)).toBe(line);
  });
});
