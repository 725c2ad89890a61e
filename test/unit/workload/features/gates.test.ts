import { describe, expect, test } from 'vitest';
import { EXISTING_DOCUMENTS } from '../../../existing-documents.ts';
import { line, problemsOf } from '../loading.ts';
import { plan, planJob } from '../planning.ts';

const SOURCES = [{ name: 'db', url: 'http://127.0.0.1:9187/metrics' }];

/** The problems of a workload of one job, without the name of the file. */
async function problemLines(job: object, rest: object = { sources: SOURCES }): Promise<string[]> {
  const workload = {
    connection_string: 'embedded:',
    jobs: [{ type: 'read', collection: 'c', ...job }],
    schemas: [EXISTING_DOCUMENTS],
    ...rest,
  };
  return (await problemsOf(JSON.stringify(workload))).map((problem) => line(problem).replace(/^load\.jsonc:\S+ /, ''));
}

const NO_SOURCES = '(add a source: "sources": [{ "name": "db", "url": "http://127.0.0.1:9187/metrics" }])';

describe('accepts valid conditions', () => {
  test.each([
    [{ wait_for: 'busy == 0', abort_when: 'increase(failures{source="db"}[run]) > 0' }],
    [{ wait_for: { condition: 'increase(failures[1m]) == 0', timeout: '2m', for: '10s' } }],
    [{ abort_when: { condition: 'busy > 1' } }],
    [{ abort_when: { condition: 'busy > 1', for: '10s' } }],
    [{ type: 'sleep', duration: '1s', collection: undefined, wait_for: 'busy == 0' }],
    [
      {
        type: 'drop_collection',
        http: { method: 'DELETE', path: '/c' },
        wait_for: 'busy == 0',
        abort_when: 'busy == 1',
      },
    ],
    [
      {
        thresholds: [
          'max(busy{source=~"d."}) < 2',
          { check: 'increase(failures) == 0', abort_on_fail: true, delay: '1s' },
        ],
      },
    ],
  ])('%j', async (job) => {
    expect(await problemLines(job)).toEqual([]);
  });

  test('on the level of the workload', async () => {
    const rest = { sources: SOURCES, abort_when: 'busy == 1', thresholds: [{ check: 'rate(busy) < 1', job: 'read' }] };
    expect(await problemLines({}, rest)).toEqual([]);
  });
});

describe('gates', () => {
  test.each([
    [
      { wait_for: 'busy = 0' },
      'jobs[0].wait_for: is not a condition: a comparison is written `==`, not `=` (at character 6: `= 0`)',
    ],
    [
      { wait_for: { condition: 'busy' } },
      'jobs[0].wait_for.condition: is not a condition: a value is not a condition (at character 1: `busy`) (compare the value, such as == 1 or > 0)',
    ],
    [{ abort_when: 'busy{source="bd"} > 0' }, 'jobs[0].abort_when: there is no source named "bd" (did you mean `db`?)'],
    [
      { abort_when: { condition: 'busy{source="bd"} > 0', for: '10s' } },
      'jobs[0].abort_when.condition: there is no source named "bd" (did you mean `db`?)',
    ],
    [{ abort_when: { for: '10s' } }, 'jobs[0].abort_when.condition: `condition` is missing'],
    [
      { abort_when: 5 },
      'jobs[0].abort_when: must be a condition such as "backup_in_progress == 0", or an object with a `condition`; it is 5',
    ],
    [
      { abort_when: { condition: 'busy > 1', for: 10 } },
      'jobs[0].abort_when.for: must be a duration such as "30s", "200ms" or "1h30m"; it is 10 (add a unit: a bare number could be seconds or milliseconds)',
    ],
    [
      { abort_when: { conditon: 'busy > 1', condition: 'busy > 1' } },
      'jobs[0].abort_when.conditon: `conditon` is not a known field (did you mean `condition`?)',
    ],
    [
      { abort_when: { condition: 'busy > 1', timeout: '10s' } },
      'jobs[0].abort_when.timeout: `timeout` is not a known field (it is a field of a job)',
    ],
    [{ wait_for: {} }, 'jobs[0].wait_for.condition: `condition` is missing'],
    [{ wait_for: ' ' }, 'jobs[0].wait_for: must not be blank; it is " "'],
    [
      { wait_for: ['busy == 0'] },
      'jobs[0].wait_for: must be a condition such as "backup_in_progress == 0", or an object with a `condition`; it is a list',
    ],
    [
      { wait_for: { condition: 'busy == 0', timout: '1m' } },
      'jobs[0].wait_for.timout: `timout` is not a known field (did you mean `timeout`?)',
    ],
    [
      { wait_for: { condition: 'busy == 0', timeout: 5 } },
      'jobs[0].wait_for.timeout: must be a duration such as "30s", "200ms" or "1h30m"; it is 5 (add a unit: a bare number could be seconds or milliseconds)',
    ],
    [
      { wait_for: { condition: 'busy == 0', timeout: '10s', for: '10s' } },
      'jobs[0].wait_for.for: must be less than the timeout of 10s',
    ],
    [
      { wait_for: 'increase(failures[10m]) == 0' },
      'jobs[0].wait_for: has a range longer than the timeout of 5m: it may never be covered (make `timeout` longer)',
    ],
    [
      { type: 'sleep', duration: '1s', collection: undefined, abort_when: 'busy == 0' },
      'jobs[0].abort_when: `abort_when` does not apply to a sleep job (leave it out)',
    ],
  ])('%j', async (job, expected) => {
    expect(await problemLines(job)).toEqual([expected]);
  });

  test('require sources', async () => {
    expect(
      await problemLines({ wait_for: 'busy == 0' }, { abort_when: 'a > 1', thresholds: ['last(b) == 1'] }),
    ).toEqual([
      `jobs[0].wait_for: is a condition on \`sources\`, but the file has none ${NO_SOURCES}`,
      `abort_when: is a condition on \`sources\`, but the file has none ${NO_SOURCES}`,
      `thresholds[0]: is about the values of \`sources\`, but the file has none ${NO_SOURCES}`,
    ]);
  });

  test('`abort_when` of the workload has the same form as that of a job', async () => {
    const rest = { sources: SOURCES, abort_when: { condition: 'busy = 1', for: '10s' } };
    expect(await problemLines({}, rest)).toEqual([
      'abort_when.condition: is not a condition: a comparison is written `==`, not `=` (at character 6: `= 1`)',
    ]);
  });

  test('phases refer to existing sources', async () => {
    const rest = { sources: SOURCES, phases: { backup: 'busy{source="web"} == 1' } };
    expect(await problemLines({}, rest)).toEqual(['phases.backup: there is no source named "web" (sources: db)']);
  });
});

describe('thresholds on sources', () => {
  test.each([
    [
      'increase(failures[run]) == 0',
      'jobs[0].thresholds[0]: is not a threshold: a range has no effect here (at character 18: `[run]) == 0`) (omit the range in [ ]: it is the run, or the load of the job that has the threshold)',
    ],
    ['max(busy) != 1', 'jobs[0].thresholds[0]: `!=` is not an operator (one of <= >= == < >)'],
    ['max(busy{source="web"}) < 1', 'jobs[0].thresholds[0]: there is no source named "web" (sources: db)'],
    [
      { check: 'max(busy) < 1', type: 'read' },
      'jobs[0].thresholds[0].type: `type` does not apply to values of sources (leave it out)',
    ],
    [
      { check: 'increase(backups) > 0', abort_on_fail: true },
      'jobs[0].thresholds[0].check: `increase(backups) > 0` cannot pass before the end of the run: `abort_on_fail` would stop every run (leave `abort_on_fail` out)',
    ],
    [
      { check: 'increase(backups) >= 2', abort_on_fail: true },
      'jobs[0].thresholds[0].check: `increase(backups) >= 2` cannot pass before the end of the run: `abort_on_fail` would stop every run (leave `abort_on_fail` out)',
    ],
  ])('%j', async (threshold, expected) => {
    expect(await problemLines({ thresholds: [threshold] })).toEqual([expected]);
  });
});

test('plans a wait condition given as text with defaults, as an object with its settings', async () => {
  const short = await planJob({ wait_for: ' busy == 0 ' }, { sources: SOURCES });
  expect(short.waitFor).toMatchObject({ text: 'busy == 0', timeoutMs: 300_000, forMs: 0 });
  expect(short.waitFor?.condition).toMatchObject({ kind: 'compare', comparison: '==' });
  const wait = { condition: 'busy == 0', timeout: '30m', for: '10s' };
  const long = await planJob({ wait_for: wait }, { sources: SOURCES });
  expect(long.waitFor).toMatchObject({ timeoutMs: 1_800_000, forMs: 10_000 });
  expect((await planJob({})).waitFor).toBeUndefined();
});

test('plans the wait condition of a sleep', async () => {
  const { jobs } = await plan({
    connection_string: 'embedded:',
    sources: SOURCES,
    jobs: [{ type: 'sleep', duration: '1s', wait_for: 'busy == 0' }],
  });
  expect(jobs[0]).toMatchObject({ type: 'sleep', waitFor: { text: 'busy == 0' } });
});

test('plans the abort condition of the job and that of the workload for every job, each once', async () => {
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

test('plans thresholds on sources for the load of a job, for the run or for a named job', async () => {
  const { thresholds, jobs } = await plan({
    connection_string: 'embedded:',
    sources: SOURCES,
    jobs: [
      { name: 'reads', type: 'read', collection: 'c', thresholds: ['max(busy{a="b"})  <  10%'] },
      { name: 'writes', type: 'write', collection: 'c' },
    ],
    schemas: [EXISTING_DOCUMENTS],
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

test('plans thresholds on sources for a run of sleeps only', async () => {
  const { thresholds } = await plan({
    connection_string: 'embedded:',
    sources: SOURCES,
    jobs: [{ type: 'sleep', duration: '1s' }],
    thresholds: ['last(busy) == 0'],
  });
  expect(thresholds).toMatchObject([{ job: '', uuids: [] }]);
});
