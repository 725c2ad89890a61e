import { describe, expect, test } from 'vitest';
import { parseExpectation, parseThreshold } from '../../../../../src/workload/features/thresholds/expression.ts';
import { problemsOf } from '../../loading.ts';

const p = (percent: number) => ({ name: 'p', percent, time: undefined });

describe('a threshold is parsed', () => {
  test.each([
    ['p(99) < 200ms', p(99), '<', 0.2],
    ['p99<=1.5s', p(99), '<=', 1.5],
    ['  p99.9   <   1m30s ', p(99.9), '<', 90],
    ['p( 99.99 ) > 500us', p(99.99), '>', 0.0005],
    ['med == 3ms', p(50), '==', 0.003],
    ['avg < 0', { name: 'avg', percent: undefined, time: undefined }, '<', 0],
    ['service p(50) < 1ms', { ...p(50), time: 'service' }, '<', 0.001],
    ['response max < 1s', { name: 'max', percent: undefined, time: 'response' }, '<', 1],
    ['lag < 5ms', { name: 'lag', percent: 99 }, '<', 0.005],
    ['lag(50) < 5ms', { name: 'lag', percent: 50 }, '<', 0.005],
    ['error_rate < 1%', { name: 'error_rate', percent: undefined }, '<', 0.01],
    ['error_rate < 0.015', { name: 'error_rate' }, '<', 0.015],
    ['miss_rate <= 100%', { name: 'miss_rate' }, '<=', 1],
    ['rate > 950', { name: 'rate' }, '>', 950],
    ['rate >= 30000/m', { name: 'rate' }, '>=', 500],
    ['errors == 0', { name: 'errors' }, '==', 0],
    ['skipped < 10', { name: 'skipped' }, '<', 10],
    ['count >= 1000', { name: 'count' }, '>=', 1000],
  ])('%s', (text, metric, operator, limit) => {
    expect(parseThreshold(text)).toMatchObject({ metric, operator, limit });
  });

  test('keeps its text as written, with single blanks', () => {
    expect(parseThreshold(' service   p99<200ms')).toMatchObject({ text: 'service p99 < 200ms' });
  });

  test.each([
    ['< 0.8', '<', 0.8],
    ['>= -1e3', '>=', -1000],
    ['==0', '==', 0],
  ])('parses the expected result of a query: %s', (text, operator, limit) => {
    expect(parseExpectation(text)).toMatchObject({ operator, limit });
  });
});

describe('reports the problem with a suggestion', () => {
  test.each([
    ['fast', 'must be a metric, an operator and a limit', 'such as "p(99) < 200ms"'],
    ['p(99) <', 'must be a metric, an operator and a limit', 'such as'],
    ['p(99) < 200', '200 has no unit', 'write 200ms or 200s'],
    ['p(99) < 1%', '`1%` is not a duration; `p` is compared with one', 'such as 200ms'],
    ['p(100) < 1s', '`p` needs a percentile above 0 and below 100', 'the largest is `max`'],
    ['p < 1s', '`p` needs a percentile', 'such as `p(99)`'],
    ['lag(0) < 1s', '`lag` needs a percentile', 'such as `lag(99)`'],
    ['avg(3) < 1s', '`avg` takes no argument', 'write `avg`'],
    ['med(3) < 1s', '`med` takes no argument', 'write `med`'],
    ['eror_rate < 1%', '`eror_rate` is not a known metric', 'did you mean `error_rate`?'],
    ['p95x < 1ms', '`p95x` is not a known metric', 'metrics: avg min med max p(N) count'],
    ['http_req_duration < 1ms', '`http_req_duration` is not a known metric', 'did you mean `p(99)`?'],
    ['constructor < 1ms', '`constructor` is not a known metric', 'metrics: avg min med max p(N) count'],
    ['xylophone < 1ms', '`xylophone` is not a known metric', 'metrics: avg min med max p(N) count'],
    ['error_rate < 5', '5 is more than 100%', 'did you mean 5%?'],
    ['error_rate < 101%', '101% is more than 100%', 'the maximum is 100%'],
    ['rate < 1%', '`1%` is not a rate', 'the share of failed requests is `error_rate`'],
    ['errors < 1%', '`1%` is not a number of requests', 'the share of failed requests is `error_rate`'],
    ['count > -1', '`-1` is not a number of requests', 'such as 100'],
    ['service errors < 1', '`errors` is not a service or response time', 'write `errors`'],
    ['total skipped < 1', '`skipped` does not apply to the metric `total`', 'write `skipped`'],
    ['iteration cart p(99) < 1s', '`iteration` does not apply to the metric `cart`', 'write `cart p(99)`'],
    ['cart p(99) < 5', '5 has no unit', 'write 5ms or 5s'],
    ['ttfb < 1ms', '`ttfb` is not a known metric', 'did you mean `first_byte p(99)`?'],
    ['p(99) = 1s', '`=` is not an operator', 'write =='],
    ['p(99) != 1s', '`!=` is not an operator', 'one of <= >= == < >'],
  ])('%s: %s', (text, message, hint) => {
    expect(parseThreshold(text)).toMatchObject({
      message: expect.stringContaining(message) as string,
      hint: expect.stringContaining(hint) as string,
    });
  });

  test.each([['0.8'], ['value < 0.8'], ['< much']])('reports an invalid expectation: %s', (text) => {
    expect(parseExpectation(text)).toHaveProperty('message');
  });

  test('reports the position in the file', async () => {
    const problems = await problemsOf(
      JSON.stringify({
        connection_string: 'embedded:',
        jobs: [
          { type: 'write', collection: 'c', thresholds: ['p(99) < 200', { chek: 'x' }, 5] },
          { type: 'write', collection: 'c', thresholds: [{ check: 'count > 5', abort_on_fail: true, delay: 3 }] },
        ],
        thresholds: [{ prometheus: 'ftp://x', query: 'up', expct: '> 0' }],
      }),
    );
    expect(problems.map(({ path }) => path)).toEqual([
      'jobs[0].thresholds[0]',
      'jobs[0].thresholds[1].check',
      'jobs[0].thresholds[1].chek',
      'jobs[0].thresholds[2]',
      'jobs[1].thresholds[0].check',
      'jobs[1].thresholds[0].delay',
      'thresholds[0].expect',
      'thresholds[0].prometheus',
      'thresholds[0].expct',
    ]);
    expect(problems[4]?.message).toContain('`abort_on_fail` would stop every run');
    expect(problems.at(-1)?.hint).toBe('did you mean `expect`?');
  });
});
