import { describe, expect, it, test } from 'vitest';
import type { SourcePlan } from '../../../../src/plan/source-plan.ts';
import { failureOf, line } from '../loading.ts';
import { type Planning, plan } from '../planning.ts';

const WORKLOAD = { connection_string: 'http://127.0.0.1:8080', jobs: [{ type: 'sleep', duration: '1s' }] };
const ALLOWED = { allow_local_sources: true };

async function planSource(source: object, planning: Planning = {}): Promise<SourcePlan | undefined> {
  return (await plan({ ...WORKLOAD, sources: [{ name: 'db', ...source }] }, planning)).sources[0];
}

async function problemsOf(sources: readonly object[], planning: Planning = {}): Promise<string[]> {
  const { problems } = await failureOf(plan({ ...WORKLOAD, sources }, planning));
  return problems.map((problem) => line(problem).replace(/^\S+ /, ''));
}

describe('a source', () => {
  it('has every default', async () => {
    expect((await plan(WORKLOAD)).sources).toEqual([]);
    expect(await planSource({ url: 'http://127.0.0.1:8080/metrics' })).toEqual({
      name: 'db',
      origin: {
        kind: 'http',
        url: 'http://127.0.0.1:8080/metrics',
        headers: {},
        tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false },
        proxy: undefined,
      },
      profile: undefined,
      intervalMs: 1000,
      timeoutMs: 500,
      match: [],
      maxBytes: 16 * 1024 ** 2,
      maxSeries: 10_000,
    });
  });

  it('has the configured values', async () => {
    const source = {
      url: 'https://bob:pw@db-7/metrics?x=1',
      profile: 'moco',
      interval: '5s',
      timeout: '2s',
      match: ['moco_agent_*'],
      headers: { 'X-Scope': '${SCOPE}', 'x-b': 'c' },
      tls: { server_name: 'db', insecure_skip_verify: true },
      proxy: 'http://proxy:3128',
      max_bytes: '1MiB',
      max_series: 50,
    };
    const planned = await planSource(source, { env: { SCOPE: 'load' } });
    expect(planned).toMatchObject({
      origin: {
        url: 'https://db-7/metrics?x=1',
        headers: { authorization: `Basic ${Buffer.from('bob:pw').toString('base64')}`, 'x-scope': 'load', 'x-b': 'c' },
        tls: { serverName: 'db', insecureSkipVerify: true },
        proxy: 'http://proxy:3128',
      },
      profile: 'moco',
      intervalMs: 5000,
      timeoutMs: 2000,
      match: ['moco_agent_*'],
      maxBytes: 1_048_576,
      maxSeries: 50,
    });
    expect(Object.isFrozen(planned?.origin)).toBe(true);
  });

  it('with a short interval has a shorter timeout', async () => {
    expect(await planSource({ url: 'http://db/', interval: '300ms' })).toMatchObject({
      intervalMs: 300,
      timeoutMs: 150,
    });
  });

  it('has the credentials of `auth` instead of those in the URL', async () => {
    const auth = { bearer: '${TOKEN}' };
    const planned = await planSource({ url: 'http://bob:pw@db/', auth }, { env: { TOKEN: 'sesame' } });
    expect(planned?.origin).toMatchObject({ url: 'http://db/', headers: { authorization: 'Bearer sesame' } });
  });

  it('may be a file or a command if allowed', async () => {
    const planning = { source: '/srv/load/w.jsonc', overrides: ALLOWED };
    expect((await planSource({ file: 'page.prom' }, planning))?.origin).toEqual({
      kind: 'file',
      path: '/srv/load/page.prom',
    });
    expect((await planSource({ command: ['./print', '-a'] }, planning))?.origin).toEqual({
      kind: 'command',
      words: ['./print', '-a'],
      directory: '/srv/load',
    });
  });

  it('may not be a file or a command by default', async () => {
    const hint = '(add the flag --allow_local_sources if you trust this workload)';
    expect(
      await problemsOf([
        { name: 'a', file: 'x' },
        { name: 'b', command: ['x'] },
      ]),
    ).toEqual([
      `sources[0].file: a source that is a file must be allowed ${hint}`,
      `sources[1].command: a source that is a command must be allowed ${hint}`,
    ]);
  });

  test.each<[object, unknown[]]>([
    [
      {},
      [
        'sources[0]: a source needs `url`, `file` or `command` (give its address: "url": "http://127.0.0.1:8080/metrics")',
      ],
    ],
    [
      { url: 'http://db/', file: 'x' },
      ['sources[0].file: a source has one origin: `url` and `file` are given (keep one of them)'],
    ],
    [{ url: 'db:8080/metrics' }, ['sources[0].url: must be an http or https URL']],
    [
      { file: 'x', headers: {}, proxy: null },
      [
        'sources[0].headers: `headers` does not apply to a file (leave it out)',
        'sources[0].proxy: `proxy` does not apply to a file (leave it out)',
      ],
    ],
    [{ url: 'http://db/', interval: '50ms' }, ['sources[0].interval: must be 100ms or more']],
    [
      { url: 'http://db/', timeout: '1s' },
      [
        'sources[0].timeout: must be less than `interval`: the next scrape would start before this one ends (make `interval` longer)',
      ],
    ],
    [
      { url: 'http://db/', profile: 'mocko' },
      [expect.stringMatching(/^sources\[0\]\.profile: must be one of .*\(did you mean `moco`\?\)$/)],
    ],
    [
      { url: 'http://db/', match: ['a-*'] },
      [expect.stringMatching(/^sources\[0\]\.match\[0\]: must be the name of a metric/)],
    ],
    [
      { url: 'http://db/', intervall: '1s' },
      ['sources[0].intervall: `intervall` is not a known field (did you mean `interval`?)'],
    ],
    [{ url: 'http://db/', name: '7 up' }, [expect.stringMatching(/^sources\[0\]\.name: must be a name of letters/)]],
    [{ command: [] }, ['sources[0].command: must name a program']],
    [{ url: 'http://db/', tls: { cert: 'x.pem' } }, ['sources[0].tls.cert: `cert` needs `key`']],
    [
      { url: 'http://db/', auth: { bearer: 'x' }, headers: { Authorization: 'y' } },
      ['sources[0].auth: `auth` and a header `authorization` are both given (keep one of the two)'],
    ],
  ])('refuses %j', async (source, expected) => {
    expect(await problemsOf([{ name: 'db', ...source }], { overrides: ALLOWED })).toEqual(expected);
  });

  it('has a unique name', async () => {
    const url = 'http://db/';
    expect(
      await problemsOf([
        { name: 'a', url },
        { name: 'b', url },
        { name: 'a', url },
      ]),
    ).toEqual(['sources[2].name: there are two sources named "a" (rename one)']);
  });

  it('shows no secret in messages', async () => {
    const [problem] = await problemsOf([{ name: 'a', url: 'htp://bob:sesame@db/?token=open' }]);
    expect(problem).not.toMatch(/sesame|open/);
  });
});
