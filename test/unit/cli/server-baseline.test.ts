import { expect, test } from 'vitest';
import type { BaselineFlags } from '../../../src/cli/compare-options.ts';
import { readServerBaseline } from '../../../src/cli/server-baseline.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';

const QUERY = 'loadbot_run_info{branch="main"}';

test('uses no baseline of a server without its flags', () => {
  expect(readServerBaseline({}, {})).toBeUndefined();
});

test('credentials of the URL or the environment become a header', () => {
  const flags = { baseline_prometheus: 'http://ci:${PASSWORD}@10.0.0.7:9090/prom', baseline_query: QUERY };
  expect(readServerBaseline(flags, { PASSWORD: 's3cr3t' })).toEqual({
    server: {
      url: 'http://10.0.0.7:9090/prom',
      headers: { authorization: `Basic ${Buffer.from('ci:s3cr3t').toString('base64')}` },
      proxy: undefined,
      timeoutMs: 30_000,
    },
    selector: QUERY,
    lookBackSeconds: 30 * 86_400,
    runs: 5,
  });
});

test('parses the number of runs and the look-back', () => {
  const flags = { baseline_prometheus: 'http://127.0.0.1:9090', baseline_query: QUERY, runs: 3, look_back: 3_600_000 };
  expect(readServerBaseline(flags, {})).toMatchObject({ runs: 3, lookBackSeconds: 3600 });
});

test.each<[BaselineFlags, string]>([
  [{ baseline_query: QUERY }, '--baseline_prometheus is missing'],
  [{ baseline_prometheus: 'http://127.0.0.1:9090' }, '--baseline_query is missing'],
  [{ runs: 3 }, '--baseline_prometheus is missing; --baseline_query is missing'],
  [{ baseline_prometheus: 'prometheus:9090', baseline_query: QUERY }, 'must be an http or https URL'],
  [{ baseline_prometheus: 'http://${NOBODY}@p', baseline_query: QUERY }, 'the environment variable NOBODY is not set'],
])('%j', (flags, message) => {
  let problems: readonly string[] = [];
  try {
    readServerBaseline(flags, {});
  } catch (error) {
    if (error instanceof LoadbotError) problems = error.problems.map(({ message }) => message);
  }
  expect(problems.join('; ')).toBe(message);
});
