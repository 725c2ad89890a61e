import { describe, expect, test, vi } from 'vitest';
import type { MetricsPlan } from '../../../../src/plan/metrics-plan.ts';
import type { PlanOverrides } from '../../../../src/workload/flags.ts';
import { failureOf, line } from '../loading.ts';
import { basic, pushTarget } from '../../exporters/push-target.ts';
import { plan } from '../planning.ts';

const MINIMAL = { connection_string: 'http://127.0.0.1:8080', jobs: [{ type: 'write', collection: 'c' }] };

interface Given {
  readonly agent?: object;
  readonly overrides?: PlanOverrides;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

async function planned({ agent = {}, overrides = {}, env = {}, files = {} }: Given): Promise<MetricsPlan> {
  const readFile = (path: string): string => {
    const content = files[path.split('/').at(-1) ?? ''];
    if (content === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' });
    return content;
  };
  return (await plan({ ...MINIMAL, agent }, { overrides, env, surroundings: { readFile } })).metrics;
}

async function problems(given: Given): Promise<string[]> {
  return (await failureOf(planned(given))).problems.map((problem) =>
    line(problem)
      .replace(/^load\.jsonc:\d+:\d+ /, '')
      .trim(),
  );
}

/** A target as it is without settings of its own. */
const PLAIN = { intervalMs: 10_000, timeoutMs: 10_000, graceMs: 15_000 };

describe('push targets', () => {
  test('are empty by default', async () => {
    expect(await planned({})).toMatchObject({
      pushTargets: [],
      labelRules: { added: {}, dropped: [], jobLabel: 'job' },
      goCompat: false,
      requireDelivery: false,
    });
  });

  test('have defaults for all fields but the URL; credentials of the URL become a header', async () => {
    const { pushTargets } = await planned({
      agent: {
        metrics_export_url: 'http://anna:p%40ss@vm/x?y=1',
        metrics_export_targets: [{ url: 'http://bob:100%25@prometheus/api/v1/write' }],
      },
    });
    expect(pushTargets).toEqual([
      pushTarget('http://vm/x?y=1', { ...PLAIN, headers: basic('anna', 'p@ss') }),
      pushTarget('http://prometheus/api/v1/write', { ...PLAIN, headers: basic('bob', '100%') }),
    ]);
  });

  test('can have separate settings', async () => {
    const { pushTargets } = await planned({
      agent: {
        metrics_export_interval_seconds: 30,
        metrics_export_targets: [
          { url: 'https://vm/a' },
          {
            url: 'https://vm/b',
            protocol: 'remote_write',
            interval_seconds: 2.5,
            timeout_seconds: 7,
            buffer: 12,
            headers: { 'X-Scope-OrgID': '${TENANT}' },
            auth: { bearer: '#${TOKEN}' },
            tls: { ca: 'ca.pem', cert: 'c.pem', key: 'k.pem', server_name: 'other', insecure_skip_verify: true },
            proxy: 'http://proxy:3128',
            extra_labels: { zone: 'eu' },
            gzip: false,
            grace_seconds: 60,
          },
          { url: 'http://gw', protocol: 'pushgateway', interval_seconds: 5, keep_groups: true },
        ],
      },
      env: { TENANT: 'shop#1', TOKEN: 't0ken' },
      files: { 'ca.pem': 'CA', 'c.pem': 'CERT', 'k.pem': 'KEY' },
    });
    expect(pushTargets).toEqual([
      pushTarget('https://vm/a', { ...PLAIN, intervalMs: 30_000 }),
      pushTarget('https://vm/b', {
        protocol: 'remote_write',
        intervalMs: 2500,
        timeoutMs: 7000,
        buffer: 12,
        headers: { 'x-scope-orgid': 'shop#1', authorization: 'Bearer #t0ken' },
        tls: { ca: 'CA', cert: 'CERT', key: 'KEY', serverName: 'other', insecureSkipVerify: true },
        proxy: 'http://proxy:3128',
        extraLabels: { zone: 'eu' },
        gzip: false,
        graceMs: 60_000,
      }),
      pushTarget('http://gw', { protocol: 'pushgateway', intervalMs: 5000, timeoutMs: 5000, graceMs: undefined }),
    ]);
  });

  test.each([
    [0.05, 5000],
    [0.5, 5000],
    [7.5, 7500],
    [60, 10_000],
  ])('have for an interval of %d s a timeout of %d ms', async (interval_seconds, timeoutMs) => {
    const { pushTargets } = await planned({
      agent: { metrics_export_targets: [{ url: 'http://vm', interval_seconds }] },
    });
    expect(pushTargets).toMatchObject([{ intervalMs: interval_seconds * 1000, timeoutMs }]);
  });

  test('of flags override the environment, which overrides the file; listed targets are kept', async () => {
    const agent = { metrics_export_url: 'http://file', metrics_export_targets: [{ url: 'http://listed' }] };
    const env = { LOADBOT_METRICS_EXPORT_URL: 'http://env', HOST: 'flag' };
    const urlsOf = async (given: Given): Promise<string[]> =>
      (await planned({ agent, ...given })).pushTargets.map(({ url }) => url);
    expect(await urlsOf({})).toEqual(['http://file', 'http://listed']);
    expect(await urlsOf({ env })).toEqual(['http://env', 'http://listed']);
    const overrides = { metrics_export_url: ['http://${HOST}/1', 'http://${HOST}/2'] };
    expect(await urlsOf({ env, overrides })).toEqual(['http://flag/1', 'http://flag/2', 'http://listed']);
    expect(await urlsOf({ env: { LOADBOT_METRICS_EXPORT_URL: '' } })).toEqual(['http://file', 'http://listed']);
  });

  test('of flags share protocol and headers; a later header replaces an earlier one', async () => {
    const overrides = {
      metrics_export_url: ['http://vm/x'],
      metrics_export_protocol: 'otlp',
      metrics_export_header: ['X-A: 1', 'x-b:${B} and more ', 'X-a: 2'],
    };
    const env = { B: 'b', LOADBOT_METRICS_EXPORT_HEADERS: 'X-B=env,x-c=a%2Cb%25' };
    expect((await planned({ overrides, env })).pushTargets).toMatchObject([
      { protocol: 'otlp', headers: { 'x-a': '2', 'x-b': 'b and more', 'x-c': 'a,b%' } },
    ]);
  });

  test('use the proxy of the environment, except if disabled or on this machine', async () => {
    vi.stubEnv('http_proxy', 'http://proxy:3128');
    vi.stubEnv('no_proxy', '');
    const { pushTargets } = await planned({
      agent: {
        metrics_export_targets: [
          { url: 'http://vm/a' },
          { url: 'http://vm/b', proxy: null },
          { url: 'http://127.0.0.1:8428' },
        ],
      },
    });
    vi.unstubAllEnvs();
    expect(pushTargets.map(({ proxy }) => proxy)).toEqual(['http://proxy:3128', undefined, undefined]);
  });
});

describe('credentials of the environment', () => {
  const ENV = { LOADBOT_METRICS_EXPORT_USERNAME: 'env', LOADBOT_METRICS_EXPORT_PASSWORD: 'pw' };

  test.each([
    ['beat those in the URL of the file', { agent: { metrics_export_url: 'http://u:p@vm' } }, basic('env', 'pw')],
    ['give way to those in a flag', { overrides: { metrics_export_url: ['http://u:p@vm'] } }, basic('u', 'p')],
    [
      'give way to a header',
      { overrides: { metrics_export_url: ['http://vm'], metrics_export_header: ['Authorization: x y'] } },
      { authorization: 'x y' },
    ],
    ['are not for targets that the file lists', { agent: { metrics_export_targets: [{ url: 'http://vm' }] } }, {}],
  ])('%s', async (_, given: Given, headers) => {
    expect((await planned({ ...given, env: ENV })).pushTargets).toMatchObject([{ headers }]);
    expect((await planned({ ...given, env: ENV })).pushTargets[0]?.headers).toEqual(headers);
  });

  test.each([
    [{ BEARER_TOKEN: 't0ken' }, { headers: { authorization: 'Bearer t0ken' } }],
    [{ BEARER_TOKEN_FILE: '/run/token' }, { headers: { authorization: 'Bearer from-file' } }],
    [{ USERNAME: 'anna' }, { headers: basic('anna', '') }],
    [{ HEADERS: ' x-a = 1 , x-b=2' }, { headers: { 'x-a': '1', 'x-b': '2' } }],
    [
      { CA_FILE: 'ca.pem', CERT_FILE: 'c.pem', KEY_FILE: 'k.pem' },
      { headers: {}, tls: { ca: 'CA', cert: 'CERT', key: 'KEY', serverName: undefined, insecureSkipVerify: false } },
    ],
  ])('%j', async (variables, expected) => {
    const env = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [`LOADBOT_METRICS_EXPORT_${name}`, value]),
    );
    const files = { token: 'from-file\n', 'ca.pem': 'CA', 'c.pem': 'CERT', 'k.pem': 'KEY' };
    const { pushTargets } = await planned({ agent: { metrics_export_url: 'http://vm' }, env, files });
    expect(pushTargets).toEqual([expect.objectContaining(expected)]);
  });

  test('are ignored without push targets', async () => {
    expect(await planned({ env: { LOADBOT_METRICS_EXPORT_CA_FILE: 'missing.pem' } })).toMatchObject({
      pushTargets: [],
    });
  });
});

describe('labels', () => {
  test('of flags are added to those of the file', async () => {
    const agent = { labels: { zone: 'eu', tier: 'a' }, drop_labels: ['job_type'], job_label: 'workload_job' };
    const overrides = { label: ['zone=us=1', 'job=loadbot'], drop_labels: 'job_uuid, branch', go_compat: true };
    expect(await planned({ agent })).toMatchObject({
      labelRules: { added: { zone: 'eu', tier: 'a' }, dropped: ['job_type'], jobLabel: 'workload_job' },
    });
    expect(await planned({ agent, overrides })).toMatchObject({
      goCompat: true,
      labelRules: {
        added: { zone: 'us=1', tier: 'a', job: 'loadbot' },
        dropped: ['job_uuid', 'branch'],
        jobLabel: 'workload_job',
      },
    });
  });
});

describe('problems', () => {
  test('accepts labels named like object properties', async () => {
    const { labelRules } = await planned({ overrides: { label: ['constructor=x'] } });
    expect(labelRules.added).toEqual({ constructor: 'x' });
    const agent = { labels: { toString: 'x', job_uuid: 'y' } };
    expect(await problems({ agent })).toEqual([expect.stringMatching(/^agent\.labels\.job_uuid: /)]);
  });

  test('of labels are reported all at once, with positions', async () => {
    const agent = {
      labels: { agent: 'x', zone: 'eu', workload_job: 'x' },
      drop_labels: ['job', 'le'],
      job_label: 'status',
      metrics_export_targets: [{ url: 'http://vm', extra_labels: { job_uuid: 'x', job: 'fine, dropped' } }],
    };
    const overrides = { label: ['quantile=1', 'a-b=1', 'zone', 'tier=1', 'tier=2'] };
    const found = await problems({ agent, overrides });
    expect(found).toEqual([
      expect.stringMatching(/^--label: "quantile=1" is not a label name: it is reserved for histograms/),
      expect.stringMatching(/^--label: "a-b=1" is not a label name: use letters/),
      '--label: "zone" must be key=value',
      '--label: label `tier` is given twice',
      'agent.labels.agent: label `agent` cannot be added: series already have a label of this name',
      expect.stringMatching(/^agent\.drop_labels\[1\]: label `le` cannot be dropped, only job, /),
      'agent.job_label: the label `job` cannot be renamed to `status`: another label has this name',
      'agent.metrics_export_targets[0].extra_labels.job_uuid: label `job_uuid` cannot be added: series already have a label of this name',
    ]);
  });

  test('of flags and of the environment repeat no secret', async () => {
    const overrides = {
      metrics_export_url: ['ftp://anna:s3cret@vm', 'http://vm/${MISSING}'],
      metrics_export_protocol: 'remote-writ',
      metrics_export_header: ['s3cret', 's3cret s3cret: x', 'x-a: s3cret\nx'],
      drop_labels: 'le',
    };
    const env = Object.fromEntries(
      [
        ['BEARER_TOKEN', 's3cret'],
        ['BEARER_TOKEN_FILE', 'none'],
        ['PASSWORD', 's3cret'],
        ['HEADERS', 's3cret,x-a=s3cret%'],
        ['KEY_FILE', 'missing.pem'],
      ].map(([name = '', value = '']) => [`LOADBOT_METRICS_EXPORT_${name}`, value]),
    );
    const found = await problems({ overrides, env });
    expect(found).toEqual([
      '--metrics_export_url: must be an http or https URL',
      '--metrics_export_url: the environment variable MISSING is not set (set it, or write $${ for a literal ${)',
      expect.stringMatching(/^--metrics_export_protocol: .*it is "remote-writ" \(did you mean `remote_write`\?\)$/),
      ...Array(3).fill('--metrics_export_header: must be a header on one line, such as "X-Scope-OrgID: load"'),
      expect.stringMatching(/^--drop_labels: label `le` cannot be dropped/),
      'LOADBOT_METRICS_EXPORT_BEARER_TOKEN: LOADBOT_METRICS_EXPORT_BEARER_TOKEN_FILE is given too (keep one of the two)',
      'LOADBOT_METRICS_EXPORT_PASSWORD: needs LOADBOT_METRICS_EXPORT_USERNAME',
      'LOADBOT_METRICS_EXPORT_KEY_FILE: needs LOADBOT_METRICS_EXPORT_CERT_FILE',
      ...Array(2).fill(
        'LOADBOT_METRICS_EXPORT_HEADERS: must be Name=value,Name=value (a comma in a value is written %2C, a % is %25)',
      ),
      'LOADBOT_METRICS_EXPORT_KEY_FILE: cannot read missing.pem: no such file',
    ]);
    expect(found.join('\n')).not.toContain('s3cret');
  });

  test('reports two equal targets', async () => {
    const agent = {
      metrics_export_url: 'http://vm/x?token=s3cret',
      metrics_export_targets: [
        { url: 'http://vm/x?token=s3cret', interval_seconds: 1 },
        { url: 'http://vm/x?token=s3cret', headers: { 'x-scope-orgid': 'other' } },
      ],
    };
    expect(await problems({ agent })).toEqual([
      'agent.metrics_export_targets[0].url: http://vm/x is given twice (leave one of the two out)',
    ]);
    expect(await problems({ overrides: { metrics_export_url: ['http://vm', 'http://vm'] } })).toEqual([
      '--metrics_export_url: http://vm is given twice (leave one of the two out)',
    ]);
  });

  test('reports flags about push targets without a push target', async () => {
    const overrides = { metrics_export_protocol: 'otlp', metrics_export_header: ['x-a: 1'], require_delivery: true };
    expect(await problems({ overrides })).toEqual([
      '--metrics_export_protocol: needs --metrics_export_url, which is not given (targets of the file have separate settings)',
      '--metrics_export_header: needs --metrics_export_url, which is not given (targets of the file have separate settings)',
      '--require_delivery: nothing is exported, so nothing can be delivered (set a push target: metrics_export_url)',
    ]);
  });

  describe.each([
    ['a flag', '--metrics_export_url', (url: string) => ({ overrides: { metrics_export_url: [url] } })],
    ['the environment', 'LOADBOT_METRICS_EXPORT_URL', (url: string) => ({ env: { LOADBOT_METRICS_EXPORT_URL: url } })],
    ['the file', 'agent.metrics_export_url', (url: string) => ({ agent: { metrics_export_url: url } })],
  ])(
    'an address to listen on, given by %s, is refused with a hint to the setting that serves metrics',
    (_, place, given) => {
      test.each([
        ['9090', '--metrics_export_port 9090, or "metrics_export_port": 9090'],
        [':9090', '--metrics_export_port 9090, or "metrics_export_port": 9090'],
        ['http://:9090/', '--metrics_export_port 9090, or "metrics_export_port": 9090'],
        ['localhost:9090', '--metrics_export_port 9090, or "metrics_export_port": 9090'],
        [
          '0.0.0.0:9090',
          '--metrics_export_port 9090 --metrics_export_host 0.0.0.0, or "metrics_export_port": 9090, "metrics_export_host": "0.0.0.0"',
        ],
        [
          '[::]:9090',
          '--metrics_export_port 9090 --metrics_export_host ::, or "metrics_export_port": 9090, "metrics_export_host": "::"',
        ],
      ])('%s', async (address, settings) => {
        expect(await problems(given(address))).toEqual([
          `${place}: must be a URL to push to; this is an address to listen on (to serve GET /metrics to scrapers: ${settings} under "agent" in the file)`,
        ]);
      });
    },
  );

  test('reports an invalid proxy and an invalid URL of the environment', async () => {
    vi.stubEnv('http_proxy', 'socks5://u:s3cret@proxy');
    vi.stubEnv('no_proxy', '');
    const found = await problems({
      agent: { metrics_export_targets: [{ url: 'http://vm' }] },
      env: { LOADBOT_METRICS_EXPORT_URL: 's3cret' },
    });
    vi.unstubAllEnvs();
    expect(found).toEqual([
      'LOADBOT_METRICS_EXPORT_URL: must be a URL such as "http://host:port/path"',
      "agent.metrics_export_targets[0].url: the environment's proxy for http://vm must be an http or https URL (change HTTP_PROXY, HTTPS_PROXY or ALL_PROXY)",
    ]);
  });
});
