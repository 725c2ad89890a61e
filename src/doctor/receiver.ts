import type { SendQuery } from './send-query.ts';

/** Kind of the receiver. */
export interface Receiver {
  readonly name: string;
  /** Correct push endpoint, when metrics cannot be pushed to the given one. */
  readonly advice: string | undefined;
}

interface Kind {
  readonly name: string;
  /** Metric that only this kind exposes. */
  readonly mark: RegExp;
  readonly advise: (base: string) => string;
}

/** The first match counts: a Pushgateway also exposes metrics of other kinds that were pushed to it. */
const KINDS: readonly Kind[] = [
  {
    name: 'a Pushgateway',
    mark: /^pushgateway_build_info/m,
    advise: (base) => `push to ${base}/metrics/job/loadbot`,
  },
  {
    name: 'vmselect, the reading side of a VictoriaMetrics cluster',
    mark: /^vm_app_version\{version="vmselect/m,
    advise: () => 'push to its vminsert: http://VMINSERT:8480/insert/0/prometheus/api/v1/import/prometheus',
  },
  {
    name: 'vminsert, the writing side of a VictoriaMetrics cluster',
    mark: /^vm_app_version\{version="vminsert/m,
    advise: (base) =>
      `push to ${base}/insert/0/prometheus/api/v1/import/prometheus, where 0 is the tenant; read back with --query_url http://VMSELECT:8481/select/0/prometheus`,
  },
  {
    name: 'vmagent',
    mark: /^vm_app_version\{version="vmagent/m,
    advise: (base) =>
      `push to ${base}/api/v1/import/prometheus; it stores nothing, so read back with --query_url URL_OF_THE_STORE`,
  },
  {
    name: 'VictoriaMetrics',
    mark: /^vm_app_version/m,
    advise: (base) =>
      `push to ${base}/api/v1/import/prometheus (Prometheus text) or ${base}/api/v1/write (remote write)`,
  },
  {
    name: 'Mimir or Cortex',
    mark: /^(cortex|mimir)_build_info/m,
    advise: (base) => `push to ${base}/api/v1/push (remote write)`,
  },
  {
    name: 'Prometheus',
    mark: /^prometheus_build_info/m,
    advise: (base) =>
      `start it with --web.enable-remote-write-receiver and push to ${base}/api/v1/write; it does not accept text, but it can scrape: metrics_export_port`,
  },
  {
    name: 'Grafana',
    mark: /^grafana_build_info/m,
    advise: () => 'Grafana stores no metrics: push to the store of its data source',
  },
  {
    name: 'a loadbot-agent',
    mark: /^loadbot_build_info/m,
    advise: () => 'it stores no metrics: push to a Prometheus, VictoriaMetrics or Pushgateway',
  },
];

/**
 * Identifies the receiver at a URL by its own metrics.
 * @param base origin, with its prefix if any
 */
export async function identifyReceiver(ask: SendQuery, base: string): Promise<Receiver | undefined> {
  const answer = await ask({ url: `${base}/metrics` });
  if (answer.kind === 'silence') return undefined;
  const text = answer.status === 200 ? answer.body.toString() : '';
  const kind = KINDS.find(({ mark }) => mark.test(text));
  if (kind !== undefined) return { name: kind.name, advice: kind.advise(base) };
  const server = answer.headers['server'];
  return server === undefined ? undefined : { name: server, advice: undefined };
}
