import type { LabelRules } from '../plan/label-rules.ts';
import type { PushTarget } from '../plan/push-target.ts';
import type { Exporter, ExporterContext } from '../exporters/exporter.ts';
import type { PushProtocol } from '../exporters/push/protocol.ts';
import { createPushExporter } from '../exporters/push/push-exporter.ts';
import { openProtocol } from '../push-catalog.ts';
import { createSend, loadHttpClient } from '../exporters/push/send.ts';
import { redactUrl } from '../shared/redact.ts';

/** Export settings, the metrics part of a plan. */
export interface ExportSettings {
  readonly pushTargets: readonly PushTarget[];
  /** Port of `GET /metrics`; 0: any free port; `undefined`: not served. */
  readonly pullPort: number | undefined;
  readonly pullHost: string;
  /** User-defined labels of every series. */
  readonly labelRules: Pick<LabelRules, 'added'>;
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
  const { createPullExporter } = await import('../exporters/pull/pull-exporter.ts');
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

/** Names of targets: their URLs without secrets, numbered where two would be equal. */
function nameTargets(urls: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return urls.map((url) => {
    const name = redactUrl(url);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}
