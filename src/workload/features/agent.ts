import { type PushSources, planPushTargets } from './push-targets/push-targets.ts';
import { z } from 'zod';
import type { MetricsPlan } from '../../plan/metrics-plan.ts';
import { DEFAULTS } from '../defaults.ts';
import { grafanaSchema } from './grafana.ts';
import { labelName, labels, planLabelRules } from './labels.ts';
import { pushUrl } from './push-targets/push-url.ts';
import { pushTargetSchema } from './push-targets/push-target.ts';
import { optional, port, positive, text } from '../values.ts';

const { agent } = DEFAULTS;

/** Identity of the agent and the export of its metrics. */
export const agentSchema = z
  .strictObject({
    name: optional(text, {
      description: 'Name of this agent: label `agent` of every series.',
      without: 'the host name',
      examples: ['186.12.9.19'],
    }),
    port: optional(port, {
      description:
        'Port of the control API on 127.0.0.1, 0 to 65535; 0 selects a free port. `status`, `progress` and `stop` use it.',
      without: 'the agent has no control API',
      examples: ['1234'],
    }),
    metrics_export_url: optional(pushUrl, {
      description: 'URL to push the metrics to, http or https. May contain `${ENV_NAME}`.',
      without: 'nothing is pushed',
      examples: ['http://victoria-metrics:8428/api/v1/import/prometheus'],
    }),
    metrics_export_interval_seconds: optional(positive('seconds'), {
      description: 'Push interval in seconds, above 0, fractions allowed.',
      default: agent.metrics_export_interval_seconds,
      examples: [2.5],
    }),
    metrics_export_port: optional(port, {
      description: 'Port that serves `GET /metrics`, 0 to 65535; 0 selects a free port. May be combined with pushing.',
      without: 'nothing is served',
      examples: ['9090'],
    }),
    metrics_export_host: optional(text, {
      description: 'Address that `metrics_export_port` listens on. `0.0.0.0` opens it to the network.',
      default: agent.metrics_export_host,
      examples: ['0.0.0.0'],
    }),
    metrics_export_targets: optional(z.array(pushTargetSchema), {
      description: 'Further push targets, each with separate settings.',
      default: [],
      examples: [[{ url: 'http://prometheus:9090/api/v1/write' }]],
    }),
    require_delivery: optional(z.boolean(), {
      description: 'Exit with 113 when samples were not delivered, regardless of the result of the run.',
      default: agent.require_delivery,
      examples: [true],
    }),
    allow_invalid: optional(z.boolean(), {
      description: 'Do not exit with 112 when the measurement is invalid; results are still marked as invalid.',
      default: agent.allow_invalid,
      examples: [true],
    }),
    labels: optional(labels, {
      description: 'Labels of every series. Label names of the metrics are reserved.',
      default: {},
      examples: [{ cluster: 'eu-1' }],
    }),
    drop_labels: optional(z.array(text), {
      description:
        'Labels to remove from all series: `job`, `job_uuid`, `job_type`, `run_id`, `workload`, `git_sha`, `branch`. Series that become equal are summed.',
      default: [],
      examples: [['job_uuid']],
    }),
    job_label: optional(labelName, {
      description: "Name of the label `job`, to avoid a collision with the scraper's label.",
      default: agent.job_label,
      examples: ['workload_job'],
    }),
    go_compat: optional(z.boolean(), {
      description: 'Also expose `go_*` metrics for dashboards of Go processes.',
      default: agent.go_compat,
      examples: [true],
    }),
    k6_compat: optional(z.boolean(), {
      description: 'Also expose `k6_*` metrics for dashboards of k6.',
      default: agent.k6_compat,
      examples: [true],
    }),
    grafana: optional(grafanaSchema, {
      description: 'Grafana server: reports link to it, and runs are written to it as annotations.',
      without: '`--grafana_url`, if given',
      examples: [{ url: 'https://grafana.example.com', token: '${GRAFANA_TOKEN}' }],
    }),
  })
  .meta({ id: 'agent', description: 'The agent: its name and the export of its metrics.' });

/** The field `agent`, before defaults. */
export type AgentEntry = z.infer<typeof agentSchema>;

/** The metrics part of a plan: flags override the environment, which overrides the file, which overrides defaults. */
export function planMetrics(
  sources: PushSources & { readonly entry: AgentEntry },
  buckets: readonly number[] = DEFAULTS.buckets,
): MetricsPlan {
  const { entry: agent, report } = sources;
  const defaults = DEFAULTS.agent;
  const labelRules = planLabelRules(agent, report);
  const pushTargets = planPushTargets(sources, labelRules);
  const pullPort = agent.metrics_export_port;
  const requireDelivery = agent.require_delivery ?? defaults.require_delivery;
  if (requireDelivery && pushTargets.length === 0 && pullPort === undefined) {
    const message = 'nothing is exported, so nothing can be delivered';
    report(['agent', 'require_delivery'], message, 'set a push target: metrics_export_url');
  }
  return {
    pushTargets,
    pullPort,
    pullHost: agent.metrics_export_host ?? defaults.metrics_export_host,
    bucketBounds: [...buckets],
    labelRules,
    goCompat: agent.go_compat ?? defaults.go_compat,
    k6Compat: agent.k6_compat ?? defaults.k6_compat,
    requireDelivery,
  };
}
