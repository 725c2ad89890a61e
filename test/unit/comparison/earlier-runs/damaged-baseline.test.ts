import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readEarlierRuns } from '../../../../src/comparison/earlier-runs/read-earlier-runs.ts';

/** Answers the three questions about a baseline: which runs, which jobs, which counters. */
async function readFrom(runs: unknown, jobs: unknown, counters: unknown) {
  const answers = [runs, jobs, counters];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const result = answers.shift();
      const resultType = answers.length === 1 ? 'vector' : 'matrix';
      response.end(JSON.stringify({ status: 'success', data: { resultType, result } }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const selection = {
    server: { url, headers: {}, proxy: undefined, timeoutMs: 10_000 },
    selector: 'loadbot_run_info',
    lookBackSeconds: 60,
  };
  return readEarlierRuns(selection, 1, new Set(), false);
}

const RUNS = [
  {
    metric: { run_id: 'run-1' },
    values: [
      [1000, '1'],
      [1010, '1'],
    ],
  },
];
const JOBS = [{ metric: { __name__: 'loadbot_job_info', job_uuid: 'u' }, value: [1010, '1'] }];

function counter(values: readonly unknown[], labels: Readonly<Record<string, string>> = {}) {
  return { metric: { __name__: 'requests_total', job_uuid: 'u', ...labels }, values };
}

test.each([
  ['NaN', [1000, 'NaN'], 'holds NaN at 1970-01-01T00:16:40.000Z'],
  ['infinite', [1000, '+Inf'], 'holds Infinity at'],
  ['beyond all doubles', [1000, '1e999'], 'holds Infinity at'],
  ['negative', [1000, '-5'], 'holds -5 at'],
  ['a number that is not text', [1000, 5], 'data.result[0].values[0][1] is not a number in text'],
])('a counter that is %s ends the comparison with its name', async (_, point, fault) => {
  await expect(readFrom(RUNS, JOBS, [counter([point])])).rejects.toMatchObject({
    name: 'LoadbotError',
    code: 'server_unreachable',
    message: expect.stringContaining(fault),
  });
});

test('a bucket with an invalid bound ends the histogram too', async () => {
  const bucket = counter([[1000, '5']], { __name__: 'requests_duration_seconds_bucket', le: 'half' });
  await expect(readFrom(RUNS, JOBS, [bucket])).rejects.toThrow(
    /the baseline cannot be read: requests_duration_seconds_bucket\{job_uuid="u"\} of http:\S+ has a bucket without a bound/,
  );
});

test('ignores a series without points', async () => {
  await expect(readFrom([{ metric: { run_id: 'run-1' }, values: [] }], [], [])).rejects.toThrow('have no label run_id');
});
