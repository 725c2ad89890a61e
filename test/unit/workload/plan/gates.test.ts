import { expect, test } from 'vitest';
import { plan, planJob } from './planning.ts';
import { THERE } from '../../../there.ts';

const SOURCES = [{ name: 'db', url: 'http://127.0.0.1:9187/metrics' }];

test('what a job waits for: text has the defaults, an object its own', async () => {
  const short = await planJob({ wait_for: ' busy == 0 ' }, { sources: SOURCES });
  expect(short.waitFor).toMatchObject({ text: 'busy == 0', timeoutMs: 300_000, forMs: 0 });
  expect(short.waitFor?.condition).toMatchObject({ kind: 'compare', comparison: '==' });
  const wait = { condition: 'busy == 0', timeout: '30m', for: '10s' };
  const long = await planJob({ wait_for: wait }, { sources: SOURCES });
  expect(long.waitFor).toMatchObject({ timeoutMs: 1_800_000, forMs: 10_000 });
  expect((await planJob({})).waitFor).toBeUndefined();
});

test('a sleep waits as well', async () => {
  const { jobs } = await plan({
    connection_string: 'embedded:',
    sources: SOURCES,
    jobs: [{ type: 'sleep', duration: '1s', wait_for: 'busy == 0' }],
  });
  expect(jobs[0]).toMatchObject({ type: 'sleep', waitFor: { text: 'busy == 0' } });
});

test('what ends a run: the condition of the job, and that of the workload for every job, each once', async () => {
  const guards = async (job: object, rest: object): Promise<readonly unknown[]> =>
    (await planJob(job, { sources: SOURCES, ...rest })).abortWhen.map(({ text, forMs }) => [text, forMs]);
  const held = { condition: ' a > 1', for: '10s' };
  expect(await guards({}, {})).toEqual([]);
  expect(await guards({ abort_when: 'a > 1' }, { abort_when: 'b > 1' })).toEqual([
    ['a > 1', 0],
    ['b > 1', 0],
  ]);
  expect(await guards({ abort_when: 'a > 1' }, { abort_when: ' a > 1' })).toEqual([['a > 1', 0]]);
  expect(await guards({ abort_when: held }, { abort_when: held })).toEqual([['a > 1', 10_000]]);
  expect(await guards({ abort_when: 'a > 1' }, { abort_when: held })).toEqual([
    ['a > 1', 0],
    ['a > 1', 10_000],
  ]);
});

test('a threshold on sources: of a job its load, of the workload the run or the load of the job that it names', async () => {
  const { thresholds, jobs } = await plan({
    connection_string: 'embedded:',
    sources: SOURCES,
    jobs: [
      { name: 'reads', type: 'read', collection: 'c', thresholds: ['max(busy{a="b"})  <  10%'] },
      { name: 'writes', type: 'write', collection: 'c' },
    ],
    schemas: [THERE],
    thresholds: [
      'increase(failures) == 0',
      { check: 'increase(failures) == 0', job: 'writes', abort_on_fail: true, delay: '5s' },
    ],
  });
  const [reads, writes] = jobs.map(({ uuid }) => uuid);
  expect(thresholds).toMatchObject([
    {
      kind: 'source',
      text: 'max(busy{a="b"}) < 10%',
      metric: 'max(busy{a="b"})',
      statistic: 'max',
      operator: '<',
      limit: 0.1,
      job: 'reads',
      jobType: 'read',
      uuids: [reads],
      abortOnFail: false,
    },
    { statistic: 'increase', job: '', jobType: '', uuids: [reads, writes] },
    { job: 'writes', jobType: 'write', uuids: [writes], abortOnFail: true, delayMs: 5000 },
  ]);
});

test('a run of sleeps alone can have them', async () => {
  const { thresholds } = await plan({
    connection_string: 'embedded:',
    sources: SOURCES,
    jobs: [{ type: 'sleep', duration: '1s' }],
    thresholds: ['last(busy) == 0'],
  });
  expect(thresholds).toMatchObject([{ job: '', uuids: [] }]);
});
