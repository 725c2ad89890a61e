import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { servingHint } from '../export-url.ts';
import { optional } from './field.ts';
import { grafanaSchema } from './grafana.ts';
import { labelName, labels } from './labels.ts';
import { pushTargetSchema } from './push-target.ts';
import { port, positive, text } from './values.ts';

const { agent } = DEFAULTS;

/** Text, or a number: a port, as the original loadbot accepted. */
const pushUrl = z
  .string({
    error: ({ input }) =>
      typeof input === 'number' ? `must be a URL to push to\n${servingHint('', input)}` : undefined,
  })
  .regex(/\S/, { error: 'must not be blank' });

/** Identity of the agent and the export of its metrics. */
export const agentSchema = z
  .strictObject({
    name: optional(text, {
      description: 'Name of this agent: the label `agent` on every metric.',
      without: 'the host name',
      examples: ['186.12.9.19'],
    }),
    port: optional(port, {
      description:
        'Port of the control API, on 127.0.0.1 alone, 0 to 65535; 0 takes any free one. `status`, `progress` and `stop` ask it.',
      without: 'there is no control API',
      examples: ['1234'],
    }),
    metrics_export_url: optional(pushUrl, {
      description: 'Where to push the metrics, an http or https URL. May hold `${ENV_NAME}`.',
      without: 'nothing is pushed',
      examples: ['http://victoria-metrics:8428/api/v1/import/prometheus'],
    }),
    metrics_export_interval_seconds: optional(positive('seconds'), {
      description: 'Seconds between two pushes, above 0, fractions allowed.',
      default: agent.metrics_export_interval_seconds,
      examples: [2.5],
    }),
    metrics_export_port: optional(port, {
      description:
        'Port that serves `GET /metrics`, 0 to 65535; 0 takes any free one. Pushing and serving go together.',
      without: 'nothing is served',
      examples: ['9090'],
    }),
    metrics_export_host: optional(text, {
      description: 'Address that `metrics_export_port` listens on. `0.0.0.0` opens it to the network.',
      default: agent.metrics_export_host,
      examples: ['0.0.0.0'],
    }),
    metrics_export_targets: optional(z.array(pushTargetSchema), {
      description: 'Where to push as well, each with settings of its own.',
      default: [],
      examples: [[{ url: 'http://prometheus:9090/api/v1/write' }]],
    }),
    require_delivery: optional(z.boolean(), {
      description: 'Exit with 113 when samples did not arrive, whatever else the run says.',
      default: agent.require_delivery,
      examples: [true],
    }),
    allow_invalid: optional(z.boolean(), {
      description: 'Do not exit with 112 when the measurement is not to be trusted; it is still marked so everywhere.',
      default: agent.allow_invalid,
      examples: [true],
    }),
    labels: optional(labels, {
      description: 'Labels that every series gets. Names that the metrics use themselves are not free.',
      default: {},
      examples: [{ cluster: 'eu-1' }],
    }),
    drop_labels: optional(z.array(text), {
      description:
        'Labels that no series has: of `job`, `job_uuid`, `job_type`, `run_id`, `workload`, `git_sha`, `branch`. Series that become equal are added up.',
      default: [],
      examples: [['job_uuid']],
    }),
    job_label: optional(labelName, {
      description: "What the label `job` is called, where it would collide with the scraper's own.",
      default: agent.job_label,
      examples: ['workload_job'],
    }),
    go_compat: optional(z.boolean(), {
      description: 'Expose `go_*` too, so that dashboards of Go processes show this one.',
      default: agent.go_compat,
      examples: [true],
    }),
    k6_compat: optional(z.boolean(), {
      description: 'Expose `k6_*` too, so that dashboards of k6 show the run.',
      default: agent.k6_compat,
      examples: [true],
    }),
    grafana: optional(grafanaSchema, {
      description: 'The Grafana in which people look at runs: reports link to it, and runs are written into it.',
      without: '`--grafana_url` says where it is, or there is none',
      examples: [{ url: 'https://grafana.example.com', token: '${GRAFANA_TOKEN}' }],
    }),
  })
  .meta({ id: 'agent', description: 'The agent: its name and the export of its metrics.' });
