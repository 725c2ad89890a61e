import { proxyFor, proxyField, tlsField } from '../connection.ts';
import { lowerCase, authField, headersField, serverUrl } from '../server.ts';
import { z } from 'zod';
import type { PushTarget } from '../../../plan/push-target.ts';
import { PUSH_PROTOCOL_NAMES } from '../../../push-catalog.ts';
import type { TlsOptions } from '../../../shared/network/destination.ts';
import { secondsToMs } from '../../../shared/units.ts';
import { DEFAULTS } from '../../defaults.ts';
import type { FieldPlace, ReportProblem } from '../../diagnostics.ts';
import { labels } from '../labels.ts';
import { optional, required, integer, positive } from '../../values.ts';

const { pushTarget: defaults } = DEFAULTS;
const GRACE = 'must be a number of seconds, 0 or more';

/** A push target of metrics. */
export const pushTargetSchema = z
  .strictObject({
    url: required(serverUrl, {
      description: 'URL to push to, http or https. May contain `${ENV_NAME}`; credentials in it become a header.',
      examples: ['http://victoria-metrics:8428/api/v1/import/prometheus'],
    }),
    protocol: optional(z.enum(PUSH_PROTOCOL_NAMES), {
      description: 'Push protocol.',
      without: "derived from the URL's path; Prometheus text for any other path",
      examples: ['remote_write'],
    }),
    interval_seconds: optional(positive('seconds'), {
      description: 'Push interval in seconds, above 0, fractions allowed.',
      without: '`metrics_export_interval_seconds`',
      examples: [2.5],
    }),
    timeout_seconds: optional(positive('seconds'), {
      description: 'Timeout of one attempt in seconds, above 0; increases up to 60 after timeouts.',
      without: 'the interval, limited to 5 to 10',
      examples: [30],
    }),
    buffer: optional(integer(1, 100_000), {
      description:
        'Snapshots buffered while the receiver is unavailable, 1 to 100000; then the oldest are dropped. A Pushgateway receives only the newest.',
      default: defaults.buffer,
      examples: [1000],
    }),
    headers: headersField('only those of the protocol'),
    auth: authField('the URL', 'PUSH_TOKEN'),
    tls: tlsField,
    proxy: proxyField,
    extra_labels: optional(labels, {
      description:
        'Labels of every sample for this target, in addition to `labels`; they replace labels of the same name. VictoriaMetrics adds them on its side (`extra_label`).',
      default: {},
      examples: [{ cluster: 'eu-1' }],
    }),
    gzip: optional(z.boolean(), {
      description: 'Compress pushed data, if compression is optional in the protocol.',
      default: defaults.gzip,
      examples: [false],
    }),
    grace_seconds: optional(z.number({ error: GRACE }).min(0, { error: GRACE }), {
      description:
        'Pushgateway only: seconds between the last values and the deletion of its groups, so that Prometheus can scrape them; longer than its scrape interval.',
      default: defaults.grace_seconds,
      examples: [60],
    }),
    keep_groups: optional(z.boolean(), {
      description: 'Pushgateway only: never delete the groups. It exposes their last values until they are deleted.',
      default: defaults.keep_groups,
    }),
  })
  .meta({ id: 'push_target', description: 'A receiver that metrics are pushed to.' });

/** A push target, before defaults. */
export type PushTargetEntry = z.infer<typeof pushTargetSchema>;

type Headers = Readonly<Record<string, string>>;

/** Settings of a push target, from flag, environment or file, partly parsed. */
export interface PushTargetSettings {
  readonly entry: Omit<PushTargetEntry, 'url' | 'headers' | 'auth' | 'tls'>;
  /** Without credentials. */
  readonly url: string;
  /** Later ones win, whatever the case of their names. */
  readonly headers: readonly Headers[];
  readonly tls: TlsOptions;
  /** The setting that gives its URL. */
  readonly place: FieldPlace;
}

/** Timeout of a push, however short the interval is: later samples queue up and are sent in order. */
const SHORTEST_TIMEOUT_MS = 5_000;
const LONGEST_TIMEOUT_MS = 10_000;

/** A push target with every default applied. */
export function planPushTarget(
  { entry, url, headers, tls, place }: PushTargetSettings,
  intervalMs: number,
  report: ReportProblem,
): PushTarget {
  const ownIntervalMs = entry.interval_seconds === undefined ? intervalMs : secondsToMs(entry.interval_seconds);
  const { timeout_seconds: timeoutSeconds } = entry;
  return {
    url,
    protocol: entry.protocol,
    intervalMs: ownIntervalMs,
    timeoutMs: timeoutSeconds === undefined ? defaultTimeoutMs(ownIntervalMs) : secondsToMs(timeoutSeconds),
    buffer: entry.buffer ?? defaults.buffer,
    headers: Object.assign({}, ...headers.map(lowerCase)) as Headers,
    tls,
    proxy: entry.proxy === undefined ? proxyFor(url, place, report) : (entry.proxy ?? undefined),
    extraLabels: entry.extra_labels ?? {},
    gzip: entry.gzip ?? defaults.gzip,
    graceMs:
      (entry.keep_groups ?? defaults.keep_groups)
        ? undefined
        : secondsToMs(entry.grace_seconds ?? defaults.grace_seconds),
  };
}

function defaultTimeoutMs(intervalMs: number): number {
  return Math.min(Math.max(intervalMs, SHORTEST_TIMEOUT_MS), LONGEST_TIMEOUT_MS);
}
