// Generated from the table of flags (src/workload/flags.ts) by `npm run docs:write`.

/** Options of `run` and `validate` that are also flags of these commands. */
export interface PlanOptions {
  /** The target, instead of the one in the file. */
  readonly connectionString?: string | undefined;
  /** Value of a parameter of the file (default: variable LOADBOT_PARAM_NAME of the environment). */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Environment of the file to apply (default: variable LOADBOT_ENVIRONMENT). */
  readonly environment?: string | undefined;
  /** Load the workload's driver modules, which run code of theirs in this process. */
  readonly allowDrivers?: boolean | undefined;
  /** Load the workload's functions, which run code of theirs in this process. */
  readonly allowFunctions?: boolean | undefined;
  /** Allow link-local addresses and metadata services of clouds, which are refused otherwise. */
  readonly allowLinkLocal?: boolean | undefined;
  /** Let the workload's sources read files and run commands. */
  readonly allowLocalSources?: boolean | undefined;
}

/** Options of `run` that are also flags of the command. */
export interface RunFlagOptions extends PlanOptions {
  /** Name of this agent: the label `agent` (default: host name). */
  readonly name?: string | undefined;
  /** Port of the control API on 127.0.0.1, for status, progress and stop; 0: any free one. */
  readonly port?: number | undefined;
  /** Load threads (default: 1). */
  readonly threads?: number | undefined;
  /** Seed of all generated data and random arrivals (default: a new one for each run). */
  readonly seed?: number | undefined;
  /**
   * Push metrics to this URL.
   * Default: variable LOADBOT_METRICS_EXPORT_URL of the environment.
   */
  readonly metricsExportUrl?: readonly string[] | undefined;
  /** Protocol of the receiver (default: by the path of the URL). */
  readonly metricsExportProtocol?: string | undefined;
  /** Header of pushes. */
  readonly metricsExportHeaders?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Push interval (default: 10). */
  readonly metricsExportIntervalSeconds?: number | undefined;
  /** Label of every series. */
  readonly labels?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Labels to remove from all series, such as job_uuid; several with commas. */
  readonly dropLabels?: string | undefined;
  /** Name of the label `job`. */
  readonly jobLabel?: string | undefined;
  /** Serve GET /metrics on this port; 0: any free one. */
  readonly metricsExportPort?: number | undefined;
  /** Address to serve it on (default: 127.0.0.1). */
  readonly metricsExportHost?: string | undefined;
  /** Exit with 113 if samples were not delivered. */
  readonly requireDelivery?: boolean | undefined;
  /** Also expose go_*, for dashboards of Go processes. */
  readonly goCompat?: boolean | undefined;
  /** Also expose k6_*, for dashboards of k6. */
  readonly k6Compat?: boolean | undefined;
  /**
   * Link reports to this Grafana, and annotate the run there (token: LOADBOT_GRAFANA_TOKEN).
   * Default: variable LOADBOT_GRAFANA_URL of the environment.
   */
  readonly grafanaUrl?: string | undefined;
  /** Uid of the dashboard in Grafana (default: loadbot-agent). */
  readonly grafanaDashboard?: string | undefined;
  /** Do not exit with 112 if the run is invalid. */
  readonly allowInvalid?: boolean | undefined;
}
