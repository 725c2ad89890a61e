import type { PushProtocol, PushProtocolEntry, PushSubject } from './exporters/push/protocol.ts';
import type { PushTarget } from './plan/push-target.ts';

/**
 * All push protocols by name, one row each. Schema, flags, exporters, `doctor` and the tables of the documentation read
 * it. Nothing of a protocol is loaded before its `open` is called.
 */
export const PUSH_PROTOCOLS = {
  prometheus_text: {
    pushPath: /api\/v1\/import\/prometheus(\/.*)?/,
    example: { receiver: 'VictoriaMetrics', path: '/api/v1/import/prometheus' },
    addsLabels: true,
    async open({ url, extraLabels }) {
      const { prometheusText } = await import('./exporters/prometheus-text/prometheus-text.ts');
      return prometheusText(new URL(url), extraLabels);
    },
  },
  pushgateway: {
    chosenBy: /\/metrics\/job(@base64)?\//,
    pushPath: /metrics(\/job(@base64)?\/.*)?/,
    example: { receiver: 'a Pushgateway', path: '/metrics/job/loadbot' },
    keepsGroups: true,
    async open({ url, graceMs }, { agent }) {
      const { pushgateway } = await import('./exporters/pushgateway/pushgateway.ts');
      return pushgateway(new URL(url), { agent, graceMs });
    },
  },
  remote_write: {
    chosenBy: /\/api\/v1\/(write|push)\/?$/,
    pushPath: /api\/v1\/(write|push)/,
    example: { receiver: 'Prometheus', path: '/api/v1/write' },
    async open({ url }) {
      const { remoteWrite } = await import('./exporters/remote-write/remote-write.ts');
      return remoteWrite(new URL(url));
    },
  },
  otlp: {
    chosenBy: /\/v1\/metrics\/?$/,
    pushPath: /(opentelemetry|otlp|api\/v1\/otlp)(\/api)?\/v1\/(metrics|push)|v1\/metrics/,
    example: { receiver: 'OTLP', path: '/v1/metrics' },
    identifiesAgent: true,
    async open({ url }, subject) {
      const { otlp } = await import('./exporters/otlp/otlp.ts');
      return otlp(new URL(url), subject);
    },
  },
} as const satisfies Readonly<Record<string, PushProtocolEntry>>;

/** Name of a push protocol, as in settings; a plan has it as text. */
export type PushProtocolName = keyof typeof PUSH_PROTOCOLS;

const ROWS = Object.entries(PUSH_PROTOCOLS) as readonly (readonly [PushProtocolName, PushProtocolEntry])[];

export const PUSH_PROTOCOL_NAMES: readonly PushProtocolName[] = ROWS.map(([name]) => name);

/** Rows in the order of the table. */
export const PUSH_PROTOCOL_ROWS: readonly PushProtocolEntry[] = ROWS.map(([, row]) => row);

/** Returns the protocol of a target: the configured one, or the one of its URL's path; the default is Prometheus text. */
export function protocolNameOf({ protocol, url }: Pick<PushTarget, 'protocol' | 'url'>): PushProtocolName {
  const { pathname } = new URL(url);
  const isMeant = ([name, { chosenBy }]: (typeof ROWS)[number]): boolean =>
    protocol === undefined ? (chosenBy?.test(pathname) ?? false) : name === protocol;
  return ROWS.find(isMeant)?.[0] ?? 'prometheus_text';
}

/** Creates the protocol of a target. */
export async function openProtocol(target: PushTarget, subject: PushSubject): Promise<PushProtocol> {
  const row: PushProtocolEntry = PUSH_PROTOCOLS[protocolNameOf(target)];
  const protocol = await row.open(target, subject);
  const { withExtraLabels } = await import('./exporters/push/extra-labels.ts');
  const extended = row.addsLabels ? protocol : withExtraLabels(protocol, target.extraLabels);
  const { instance } = subject;
  if (instance === undefined || 'instance' in target.extraLabels || row.identifiesAgent) return extended;
  return withExtraLabels(extended, { instance });
}
