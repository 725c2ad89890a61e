import type { LabelRules } from '../plan/label-rules.ts';
import type { PushProtocolName, PushTarget } from '../plan/push-target.ts';
import type { Exporter, ExporterContext } from './exporter.ts';
import { chooseProtocol } from './push/choose-protocol.ts';
import { withExtraLabels } from './push/extra-labels.ts';
import type { PushProtocol } from './push/protocol.ts';
import { createPushExporter } from './push/push-exporter.ts';
import { createSend, loadHttpClient } from './push/send.ts';
import { nameTargets } from './push/target-names.ts';

/** Export settings, the metrics part of a plan. */
export interface ExportSettings {
  readonly pushTargets: readonly PushTarget[];
  /** Port of `GET /metrics`; 0: any free port; `undefined`: not served. */
  readonly pullPort: number | undefined;
  readonly pullHost: string;
  /** User-defined labels of every series. */
  readonly labelRules: Pick<LabelRules, 'added'>;
}

/** Identity of the agent, as far as protocols need it. */
export interface PushSubject {
  /** Name of this agent. */
  readonly agent: string;
  /** Start time of every counter, milliseconds since the epoch. */
  readonly startEpochMs: number;
  /** Label `instance` of every pushed series, as a scrape would add it; `undefined`: the series have their own. */
  readonly instance: string | undefined;
}

type OpenProtocol = (target: PushTarget, subject: PushSubject) => Promise<PushProtocol>;

/** Loaders and factories of the protocols. */
const PROTOCOLS: Readonly<Record<PushProtocolName, OpenProtocol>> = {
  async prometheus_text({ url, extraLabels }) {
    const { prometheusText } = await import('./prometheus-text/prometheus-text.ts');
    return prometheusText(new URL(url), extraLabels);
  },
  async pushgateway({ url, extraLabels, graceMs }, { agent }) {
    const { pushgateway } = await import('./pushgateway/pushgateway.ts');
    return withExtraLabels(pushgateway(new URL(url), { agent, graceMs }), extraLabels);
  },
  async remote_write({ url, extraLabels }) {
    const { remoteWrite } = await import('./remote-write/remote-write.ts');
    return withExtraLabels(remoteWrite(new URL(url)), extraLabels);
  },
  async otlp({ url, extraLabels }, subject) {
    const { otlp } = await import('./otlp/otlp.ts');
    return withExtraLabels(otlp(new URL(url), subject), extraLabels);
  },
};

/** Creates the protocol of a target: the configured one, or the one of its URL's path. */
export async function openProtocol(target: PushTarget, subject: PushSubject): Promise<PushProtocol> {
  const name = target.protocol ?? chooseProtocol(new URL(target.url));
  const protocol = await PROTOCOLS[name](target, subject);
  const { instance } = subject;
  // OTLP has the instance in its resource attributes.
  if (instance === undefined || 'instance' in target.extraLabels || name === 'otlp') return protocol;
  return withExtraLabels(protocol, { instance });
}

/** Creates the configured exporters, not started yet. */
export async function createExporters(
  settings: ExportSettings,
  agent: string,
  context: ExporterContext,
  random: () => number = Math.random,
): Promise<readonly Exporter[]> {
  const { pushTargets, pullPort, pullHost, labelRules } = settings;
  const instance = 'instance' in labelRules.added ? undefined : agent;
  const subject = { agent, startEpochMs: context.clock.epochMs(), instance };
  const targets = await Promise.all(
    pushTargets.map(async (target) => ({ target, protocol: await openProtocol(target, subject) })),
  );
  const names = nameTargets(targets.map(({ protocol }) => protocol.url));
  const pushing = targets.map(({ target, protocol }, index) =>
    openTarget(target, protocol, names[index], context, random),
  );
  if (pullPort === undefined) return pushing;
  const { createPullExporter } = await import('./pull/pull-exporter.ts');
  return [createPullExporter({ host: pullHost, port: pullPort }, context), ...pushing];
}

function openTarget(
  target: PushTarget,
  protocol: PushProtocol,
  name: string | undefined,
  context: ExporterContext,
  random: () => number,
): Exporter {
  const { intervalMs, timeoutMs, buffer, gzip } = target;
  const send = createSend({ ...target, url: protocol.url }, context.clock, protocol.readRejection);
  const times = { intervalMs, timeoutMs };
  const options = { protocol, send, loadSend: loadHttpClient, ...times, capacity: buffer, gzip, target: name, random };
  return createPushExporter(options, context);
}
