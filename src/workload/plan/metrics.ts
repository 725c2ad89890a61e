import { DEFAULTS } from '../defaults.ts';
import { planLabelRules } from './label-rules.ts';
import type { MetricsPlan } from '../../plan/metrics-plan.ts';
import { type MetricsSources, planPushTargets } from './push-targets.ts';

/** The metrics part of a plan: flags override the environment, which overrides the file, which overrides defaults. */
export function planMetrics(sources: MetricsSources): MetricsPlan {
  const { workload, report } = sources;
  const { agent = {}, buckets = DEFAULTS.buckets } = workload.file;
  const defaults = DEFAULTS.agent;
  const labelRules = planLabelRules(agent, report);
  const pushTargets = planPushTargets(sources, labelRules);
  const pullPort = toPort(agent.metrics_export_port);
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

/** A port, which the file may also write as text. */
export function toPort(port: string | number | undefined): number | undefined {
  return port === undefined ? undefined : Number(port);
}
