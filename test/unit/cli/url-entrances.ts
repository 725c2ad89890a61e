import { validateTarget } from '../../../src/calibration/load.ts';
import { readEndpointFlags } from '../../../src/cli/actions/profiles.ts';
import { listPlan } from '../../../src/cli/actions/validate.ts';
import { buildUrlWorkload } from '../../../src/cli/url-workload.ts';
import { planText } from '../../../src/planning/plan-workload.ts';
import { readQueryUrl } from '../../../src/cli/actions/doctor.ts';
import { readServerBaseline } from '../../../src/cli/server-baseline.ts';
import { parseAgentUri } from '../../../src/agent/agent-uri.ts';
import { checkConnection } from '../../../src/compose/check-plan.ts';
import { redactWorkload } from '../../../src/workload/redact.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { redactUrl } from '../../../src/shared/redact.ts';
import type { PlanOverrides } from '../../../src/workload/flags.ts';
import { requireEnvironmentProxy } from '../../../src/workload/features/connection.ts';

/** Takes a URL where a user gives it; resolves to everything that is shown of it. */
type Take = (url: string) => Promise<string>;

/** Somewhere that a URL is given, and the scheme of the URLs that are given there. */
export interface Entrance {
  readonly name: string;
  readonly scheme: string;
  readonly take: Take;
}

type Fields = Readonly<Record<string, unknown>>;

const TARGET = 'http://127.0.0.1:9';
const PROXY_ENV = ['HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'] as const;

/** A workload with these fields, and everything that its listing and its copy in a result show. */
async function plan(fields: Fields, overrides: PlanOverrides = {}, env: Record<string, string> = {}): Promise<string> {
  const file = { connection_string: TARGET, jobs: [{ type: 'write', collection: 'c', operations: 1 }], ...fields };
  const made = await planText({ text: JSON.stringify(file), source: 'load.json' }, overrides, { env });
  await checkConnection(made);
  const pushed = made.metrics.pushTargets.map(({ url }) => redactUrl(url));
  const urls = [made.target.url, ...pushed, made.grafana?.url ?? ''];
  return [...listPlan(made), ...urls, JSON.stringify(redactWorkload(file))].join('\n');
}

const PUSH_PATHS = ['/api/v1/import/prometheus', '/metrics/job/load', '/api/v1/write', '/v1/metrics'];

/** The same check for every protocol: all texts shown, or the first refusal. */
async function pushEach(take: (url: string) => Promise<string>, url: string): Promise<string> {
  const shown: string[] = [];
  for (const path of PUSH_PATHS) shown.push(await take(url.replace(/\/x(?=[#\s]|$)/, path)));
  return shown.join('\n');
}

const baseline: Take = async (url) => {
  const found = readServerBaseline({ baseline_prometheus: url, baseline_query: 'loadbot_run_info' }, {});
  return found?.server.url ?? '';
};

/** Reads the proxy of the environment for a URL that is not on loopback. */
const environmentProxy: Take = async (url) => {
  const before = PROXY_ENV.map((name) => [name, process.env[name]] as const);
  for (const name of PROXY_ENV) delete process.env[name];
  process.env['HTTP_PROXY'] = url;
  try {
    return redactUrl(requireEnvironmentProxy('http://receiver.example/') ?? '');
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
};

const calibrated: Take = async (url) => {
  const fault = validateTarget(url);
  if (fault !== undefined) throw new LoadbotError('config_invalid', fault.message);
  return redactUrl(url);
};

const threshold = (prometheus: string): Fields => ({ thresholds: [{ prometheus, query: 'up', expect: '> 0' }] });

/** Every place that takes a URL. */
export const ENTRANCES: readonly Entrance[] = [
  ...['http', 'postgres', 'mysql', 'mongodb', 'redis'].map((scheme) => ({
    name: `\`connection_string\`: ${scheme}`,
    scheme,
    take: (url: string) => plan({ connection_string: url }),
  })),
  { name: '`--connection_string`', scheme: 'http', take: (url) => plan({}, { connection_string: url }) },
  {
    name: 'URL of `run`',
    scheme: 'http',
    take: async (url) => {
      const { text, env } = buildUrlWorkload(url, {}, {});
      await planText({ text, source: 'url.jsonc' }, {}, { env });
      return text;
    },
  },
  { name: '`http.proxy`', scheme: 'http', take: (proxy) => plan({ http: { proxy } }) },
  {
    name: '`metrics_export_url`',
    scheme: 'http',
    take: (url) => pushEach((one) => plan({ agent: { metrics_export_url: one } }), url),
  },
  {
    name: '`metrics_export_targets`',
    scheme: 'http',
    take: (url) => pushEach((one) => plan({ agent: { metrics_export_targets: [{ url: one }] } }), url),
  },
  {
    name: '`--metrics_export_url` (also of `doctor`)',
    scheme: 'http',
    take: (url) => pushEach((one) => plan({}, { metrics_export_url: [one] }), url),
  },
  {
    name: '`LOADBOT_METRICS_EXPORT_URL`',
    scheme: 'http',
    take: (url) => pushEach((one) => plan({}, {}, { LOADBOT_METRICS_EXPORT_URL: one }), url),
  },
  {
    name: '`proxy` of a push target',
    scheme: 'http',
    take: (proxy) => plan({ agent: { metrics_export_targets: [{ url: 'http://127.0.0.1:9/v1/metrics', proxy }] } }),
  },
  { name: '`url` of a source', scheme: 'http', take: (url) => plan({ sources: [{ name: 's', url }] }) },
  {
    name: '`proxy` of a source',
    scheme: 'http',
    take: (proxy) => plan({ sources: [{ name: 's', url: 'http://127.0.0.1:9/metrics', proxy }] }),
  },
  { name: '`grafana.url`', scheme: 'http', take: (url) => plan({ agent: { grafana: { url } } }) },
  {
    name: '`grafana.proxy`',
    scheme: 'http',
    take: (proxy) => plan({ agent: { grafana: { url: 'http://127.0.0.1:9', proxy } } }),
  },
  { name: '`--grafana_url`', scheme: 'http', take: (url) => plan({}, { grafana_url: url }) },
  { name: '`LOADBOT_GRAFANA_URL`', scheme: 'http', take: (url) => plan({}, {}, { LOADBOT_GRAFANA_URL: url }) },
  { name: '`prometheus` of a threshold', scheme: 'http', take: (url) => plan(threshold(url)) },
  { name: '`--baseline_prometheus`', scheme: 'http', take: baseline },
  { name: '`doctor --query_url`', scheme: 'http', take: async (url) => readQueryUrl(url).url },
  {
    name: '`profiles URL`',
    scheme: 'http',
    take: async (url) => {
      const { origin } = readEndpointFlags(url, { timeout: '1s' });
      return origin.kind === 'http' ? origin.url : '';
    },
  },
  { name: '`calibrate URL`', scheme: 'http', take: calibrated },
  { name: '`HTTP_PROXY` and the like', scheme: 'http', take: environmentProxy },
  { name: '`--agent-uri`', scheme: 'http', take: async (url) => parseAgentUri(url) },
];
