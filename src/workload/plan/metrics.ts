import { DEFAULTS } from '../defaults.ts';
import { planLabelRules } from './label-rules.ts';
import { METRICS_FLAGS } from './metrics-flags.ts';
import type { MetricsPlan } from '../../plan/metrics-plan.ts';
import { type MetricsSources, planPushTargets } from './push-targets.ts';

/** The metrics part of a plan: flags beat the environment, which beats the file, which beats defaults. */
export function planMetrics(sources: MetricsSources): MetricsPlan {
  const { workload, flags, report } = sources;
  const { agent = {}, buckets = DEFAULTS.buckets } = workload.file;
  const defaults = DEFAULTS.agent;
  const labelRules = planLabelRules(agent, flags, report);
  const pushTargets = planPushTargets(sources, labelRules);
  const pullPort = toPort(flags.metricsExportPort ?? agent.metrics_export_port);
  const requireDelivery = flags.requireDelivery ?? agent.require_delivery ?? defaults.require_delivery;
  if (requireDelivery && pushTargets.length === 0 && pullPort === undefined) {
    const place = flags.requireDelivery === undefined ? ['agent', 'require_delivery'] : METRICS_FLAGS.requireDelivery;
    report(place, 'nothing is exported, so nothing can be delivered', 'set a push target: metrics_export_url');
  }
  return {
    pushTargets,
    pullPort,
    pullHost: flags.metricsExportHost ?? agent.metrics_export_host ?? defaults.metrics_export_host,
    bucketBounds: [...buckets],
    labelRules,
    goCompat: flags.goCompat ?? agent.go_compat ?? defaults.go_compat,
    k6Compat: flags.k6Compat ?? agent.k6_compat ?? defaults.k6_compat,
    requireDelivery,
  };
}

/** A port, which the file may also write as text. */
export function toPort(port: string | number | undefined): number | undefined {
  return port === undefined ? undefined : Number(port);
}
