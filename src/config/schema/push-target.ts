import { z } from 'zod';
import { PUSH_PROTOCOL_NAMES } from '../../core/push-target.ts';
import { DEFAULTS } from '../defaults.ts';
import { authField } from './auth.ts';
import { proxyField, tlsField } from './connection.ts';
import { optional, required } from './field.ts';
import { headersField } from './header.ts';
import { labels } from './labels.ts';
import { integer, positive, text } from './values.ts';

const { pushTarget: defaults } = DEFAULTS;
const GRACE = 'must be a number of seconds, 0 or more';

/** A push target of metrics. */
export const pushTargetSchema = z
  .strictObject({
    url: required(text, {
      description: 'Where to push, an http or https URL. May hold `${ENV_NAME}`; credentials in it become a header.',
      examples: ['http://victoria-metrics:8428/api/v1/import/prometheus'],
    }),
    protocol: optional(z.enum(PUSH_PROTOCOL_NAMES), {
      description: 'What is spoken there.',
      without: "what the URL's path says; Prometheus text for any other path",
      examples: ['remote_write'],
    }),
    interval_seconds: optional(positive('seconds'), {
      description: 'Seconds between two pushes, above 0, fractions allowed.',
      without: '`metrics_export_interval_seconds`',
      examples: [2.5],
    }),
    timeout_seconds: optional(positive('seconds'), {
      description: 'Seconds that one attempt may take, above 0; after attempts without an answer more, up to 60.',
      without: 'the interval, but 5 to 10',
      examples: [30],
    }),
    buffer: optional(integer(1, 100_000), {
      description:
        'Snapshots kept while the receiver is away, 1 to 100000; then the oldest are dropped. A Pushgateway gets only the newest.',
      default: defaults.buffer,
      examples: [1000],
    }),
    headers: headersField('none beyond those of the protocol'),
    auth: authField('the URL', 'PUSH_TOKEN'),
    tls: tlsField,
    proxy: proxyField,
    extra_labels: optional(labels, {
      description:
        'Labels that every sample gets there, beside `labels` and instead of those of the same name. A VictoriaMetrics is asked to add them (`extra_label`).',
      default: {},
      examples: [{ cluster: 'eu-1' }],
    }),
    gzip: optional(z.boolean(), {
      description: 'Compress what is pushed, where the protocol leaves a choice.',
      default: defaults.gzip,
      examples: [false],
    }),
    grace_seconds: optional(z.number({ error: GRACE }).min(0, { error: GRACE }), {
      description:
        'Of a Pushgateway: seconds from the last values to the deletion of its groups, so that Prometheus can scrape them; longer than its scrape interval.',
      default: defaults.grace_seconds,
      examples: [60],
    }),
    keep_groups: optional(z.boolean(), {
      description: 'Of a Pushgateway: never delete the groups. It shows their last values until somebody does.',
      default: defaults.keep_groups,
    }),
  })
  .meta({ id: 'push_target', description: 'A receiver that metrics are pushed to.' });

/** A push target, before defaults. */
export type PushTargetEntry = z.infer<typeof pushTargetSchema>;
