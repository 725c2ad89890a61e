import { type Command, Option } from 'commander';
import type { PlanOverrides } from '../workload/plan/overrides.ts';

/** Flags about pushed metrics, as commander returns them. */
export interface PushOptions {
  readonly metrics_export_url?: readonly string[];
  readonly metrics_export_protocol?: string;
  readonly metrics_export_header?: readonly string[];
  readonly metrics_export_interval_seconds?: string;
  readonly label?: readonly string[];
  readonly drop_labels?: string;
  readonly job_label?: string;
  readonly allow_local_sources?: boolean;
}

/** All flags about metrics. */
export interface MetricsOptions extends PushOptions {
  readonly metrics_export_port?: string;
  readonly metrics_export_host?: string;
  readonly require_delivery?: boolean;
  readonly go_compat?: boolean;
  readonly k6_compat?: boolean;
  readonly grafana_url?: string;
  readonly grafana_dashboard?: string;
}

/** Adds the flags about push targets and labels. */
export function addPushOptions(command: Command): Command {
  return command
    .addOption(repeatable('--metrics_export_url <url>', 'push metrics there; may be repeated'))
    .option('--metrics_export_protocol <name>', 'protocol of the receiver (default: by the path of the URL)')
    .addOption(repeatable('--metrics_export_header <name: value>', 'header of pushes; may be repeated'))
    .option('--metrics_export_interval_seconds <seconds>', 'how often to push (default: 10)')
    .addOption(repeatable('--label <key=value>', 'label of every series; may be repeated'))
    .option('--drop_labels <names>', 'labels that no series is to have, such as job_uuid; with commas between them')
    .option('--job_label <name>', 'name of the label `job`')
    .addOption(localSourcesOption());
}

/** Adds these, and the flags that only matter for load. */
export function addMetricsOptions(command: Command): Command {
  return addPushOptions(command)
    .option('--metrics_export_port <port>', 'serve GET /metrics on this port; 0: any free one')
    .option('--metrics_export_host <host>', 'serve it on this address (default: 127.0.0.1)')
    .option('--require_delivery', 'exit with 113 when samples did not arrive')
    .option('--go_compat', 'expose go_* too, for dashboards of Go processes')
    .option('--k6_compat', 'expose k6_* too, for dashboards of k6')
    .option('--grafana_url <url>', 'link reports to this Grafana, and write the run into it (LOADBOT_GRAFANA_TOKEN)')
    .option('--grafana_dashboard <uid>', 'uid of the dashboard there (default: loadbot-agent)');
}

/** Converts the flags to overrides of the plan. */
export function metricsOverrides(options: MetricsOptions): PlanOverrides {
  return {
    metricsExportUrl: options.metrics_export_url,
    metricsExportProtocol: options.metrics_export_protocol,
    metricsExportHeaders: options.metrics_export_header,
    metricsExportIntervalSeconds: options.metrics_export_interval_seconds,
    metricsExportPort: options.metrics_export_port,
    metricsExportHost: options.metrics_export_host,
    requireDelivery: options.require_delivery,
    labels: options.label,
    dropLabels: options.drop_labels,
    jobLabel: options.job_label,
    goCompat: options.go_compat,
    k6Compat: options.k6_compat,
    grafanaUrl: options.grafana_url,
    grafanaDashboard: options.grafana_dashboard,
    allowLocalSources: options.allow_local_sources,
  };
}

/** The flag that allows sources to read files and run commands on this machine. */
export function localSourcesOption(): Option {
  return new Option('--allow_local_sources', "let the workload's sources read files and run commands");
}

function repeatable(flags: string, description: string): Option {
  const collect = (value: string, earlier: readonly string[] | undefined): string[] => [...(earlier ?? []), value];
  return new Option(flags, description).argParser(collect);
}
