import type { LoadedWorkload } from '../load.ts';
import { redactWorkload } from '../redact.ts';
import type { Json } from '../../shared/json.ts';
import type { PlanOverrides } from './overrides.ts';

/**
 * Content of a workload file with the flags applied. Secrets are masked, and variables appear by name.
 */
export function effectiveWorkload({ given }: Pick<LoadedWorkload, 'given'>, flags: PlanOverrides): Json {
  const file = Object(given) as { readonly agent?: object };
  const grafana = present({ url: flags.grafanaUrl, dashboard_uid: flags.grafanaDashboard });
  const ofFile = Object(file.agent) as { readonly grafana?: object };
  const agent = {
    ...ofFile,
    ...present({
      name: flags.agentName,
      port: flags.controlPort,
      metrics_export_url: flags.metricsExportUrl,
      metrics_export_interval_seconds: flags.metricsExportIntervalSeconds,
      metrics_export_port: flags.metricsExportPort,
      metrics_export_host: flags.metricsExportHost,
      require_delivery: flags.requireDelivery,
      allow_invalid: flags.allowInvalid,
      job_label: flags.jobLabel,
      go_compat: flags.goCompat,
      k6_compat: flags.k6Compat,
      drop_labels: flags.dropLabels?.split(','),
      labels: flags.labels && Object.fromEntries(flags.labels.map((label) => label.split(/=(.*)/s, 2))),
      grafana: Object.keys(grafana).length > 0 ? { ...ofFile.grafana, ...grafana } : undefined,
    }),
  };
  return redactWorkload({
    ...file,
    ...present({ connection_string: flags.connectionString, threads: flags.threads, seed: flags.seed }),
    ...(Object.keys(agent).length > 0 && { agent }),
  });
}

/** Drops absent fields. */
function present(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
