import { afterEach, describe, expect, test, vi } from 'vitest';
import { failureOf } from '../../loading.ts';
import { plan } from '../../planning.ts';
import { EXISTING_DOCUMENTS } from '../../../../existing-documents.ts';

afterEach(() => vi.unstubAllEnvs());

const READS = { name: 'reads', type: 'read', collection: 'c', pace: 5 };
const MIX = { name: 'mix', type: 'mixed', collection: 'c', mixed: { read: 9, update: 1 } };
const SLEEP = { type: 'sleep', duration: '1s' };

const workload = (thresholds: readonly unknown[], jobs: readonly unknown[] = [READS, SLEEP, MIX]) => ({
  connection_string: 'embedded:',
  jobs,
  schemas: [EXISTING_DOCUMENTS],
  thresholds,
});

describe('subject of a threshold', () => {
  test('is the job that has the threshold, with the type of the job', async () => {
    const { thresholds, jobs } = await plan(
      workload(
        [],
        [
          { ...READS, thresholds: ['p(99) < 1s'] },
          { ...MIX, thresholds: [{ check: 'rate > 1', type: 'update' }] },
        ],
      ),
    );
    const [reads, mix] = jobs.map(({ uuid }) => uuid);
    expect(thresholds).toMatchObject([
      {
        text: 'p(99) < 1s',
        job: 'reads',
        uuids: [reads],
        type: undefined,
        jobType: 'read',
        abortOnFail: false,
        delayMs: 0,
      },
      { text: 'rate > 1', job: 'mix', uuids: [mix], type: 'update', jobType: 'update' },
    ]);
  });

  test('is the named job, or all jobs that send requests', async () => {
    const { thresholds, jobs } = await plan(
      workload(['errors == 0', { check: 'rate > 1', job: 'mix', abort_on_fail: true, delay: '10s' }]),
    );
    const [reads, , mix] = jobs.map(({ uuid }) => uuid);
    expect(thresholds).toMatchObject([
      { job: '', uuids: [reads, mix], jobType: '' },
      { job: 'mix', uuids: [mix], jobType: 'mixed', abortOnFail: true, delayMs: 10_000 },
    ]);
  });

  test('is all jobs of the given name together', async () => {
    const { thresholds } = await plan(workload([{ check: 'rate > 1', job: 'reads' }], [READS, READS]));
    expect(thresholds).toMatchObject([{ job: 'reads', jobType: '' }]);
    expect(thresholds[0]).toHaveProperty('uuids.length', 2);
  });

  test('of a query: credentials of the URL become a header', async () => {
    const query = { prometheus: 'http://bob:${PW}@prom:9090/base', query: 'up', expect: '< 0.8', timeout: '3s' };
    vi.stubEnv('HTTP_PROXY', 'http://proxy:3128');
    const { thresholds } = await plan(workload([query]), { env: { PW: 's3cret' } });
    expect(thresholds).toEqual([
      {
        kind: 'query',
        text: 'up < 0.8',
        url: 'http://prom:9090/base',
        headers: { authorization: `Basic ${Buffer.from('bob:s3cret').toString('base64')}` },
        proxy: 'http://proxy:3128',
        query: 'up',
        operator: '<',
        limit: 0.8,
        timeoutMs: 3000,
      },
    ]);
  });
});

describe('impossible thresholds are reported with their position', () => {
  test.each([
    [
      [{ check: 'rate > 1', job: 'raeds' }],
      'thresholds[0].job',
      'no job that sends requests is called "raeds"',
      'did you mean `reads`?',
    ],
    [
      [{ check: 'rate > 1', job: 'sleep' }],
      'thresholds[0].job',
      'no job that sends requests is called "sleep"',
      'jobs: reads, mix',
    ],
    [
      [{ check: 'rate > 1', job: 'reads', type: 'update' }],
      'thresholds[0].type',
      'no update is sent by reads',
      'types: read',
    ],
    [[{ check: 'lag < 1s', job: 'mix' }], 'thresholds[0].check', '`lag` needs', 'give the job a rate'],
    [[{ check: 'response avg < 1s', job: 'mix' }], 'thresholds[0].check', 'response time needs', 'service time'],
    [['rate > 1', 'rate  > 1'], 'thresholds[1]', 'is there already', 'once is enough'],
  ])('%j', async (thresholds, path, message, hint) => {
    const { problems } = await failureOf(plan(workload(thresholds)));
    expect(problems).toMatchObject([{ path, hint: expect.stringContaining(hint) as string }]);
    expect(problems[0]?.message).toContain(message);
  });

  test('report a threshold without a subject', async () => {
    const { problems } = await failureOf(plan(workload(['errors == 0'], [SLEEP])));
    expect(problems).toMatchObject([{ path: 'thresholds[0]' }]);
  });
});
