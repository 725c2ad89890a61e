import { LoadbotError } from '../core/errors.ts';
import { redactUrl } from '../core/redact.ts';
import type { Exporter, ExporterContext } from './exporter.ts';
import { prometheusText } from './prometheus-text/prometheus-text.ts';
import { createPullExporter } from './pull/pull-exporter.ts';
import type { PushProtocol } from './push/protocol.ts';
import { createPushExporter } from './push/push-exporter.ts';
import { parsePushUrl } from './push/push-url.ts';
import { createSend } from './push/send.ts';

/** What to export; the metrics part of a plan is one of these. */
export interface ExportSettings {
  /** Where to push; may hold credentials. `undefined`: nowhere. */
  readonly pushUrl: string | undefined;
  readonly pushIntervalMs: number;
  /** Port of `GET /metrics`; 0: any free one; `undefined`: not served. */
  readonly pullPort: number | undefined;
  readonly pullHost: string;
}

/** Expositions a push target keeps while its receiver is away: an hour of the default interval. */
const PUSH_CAPACITY = 360;

/**
 * The exporters that the settings ask for, not started yet.
 * @throws {LoadbotError} `config_invalid` when nothing can be pushed to the URL
 */
export function createExporters(
  settings: ExportSettings,
  context: ExporterContext,
  random: () => number = Math.random,
): readonly Exporter[] {
  const { pushUrl, pushIntervalMs, pullPort, pullHost } = settings;
  const exporters: Exporter[] = [];
  if (pullPort !== undefined) exporters.push(createPullExporter({ host: pullHost, port: pullPort }, context));
  if (pushUrl !== undefined) {
    const { url, authorization, secrets } = parsePushUrl(pushUrl);
    const protocol = choosePushProtocol(url);
    const send = createSend({ url: protocol.url, authorization, secrets }, context.clock);
    const options = { protocol, send, intervalMs: pushIntervalMs, capacity: PUSH_CAPACITY, random };
    exporters.push(createPushExporter(options, context));
  }
  return exporters;
}

/** Paths by which receivers of other protocols are known. */
const OTHER_PROTOCOLS: readonly (readonly [path: RegExp, name: string])[] = [
  [/^\/metrics\/job(@base64)?\//, 'Pushgateway'],
  [/\/api\/v1\/(write|push)$/, 'remote write'],
  [/\/v1\/metrics$/, 'OTLP'],
];

function choosePushProtocol(url: URL): PushProtocol {
  const other = OTHER_PROTOCOLS.find(([path]) => path.test(url.pathname));
  if (other === undefined) return prometheusText(url);
  throw new LoadbotError(
    'config_invalid',
    `metrics cannot be pushed to ${redactUrl(url.href)}: ${other[1]} is not spoken`,
    {
      hint: 'push Prometheus text to a VictoriaMetrics, at /api/v1/import/prometheus',
    },
  );
}
