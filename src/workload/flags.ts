/** Commands that plan a workload, or send one to an agent. */
type PlanningCommand = 'run' | 'start-agent' | 'validate' | 'doctor' | 'search' | 'try' | 'start' | 'config';

/** A flag that overrides a field of the workload, or sets the export of its metrics. */
export interface Flag {
  /** A list may be repeated; a switch has no argument. */
  readonly kind: 'text' | 'number' | 'list' | 'switch';
  /** Letter of the short form. */
  readonly short?: string;
  /** Placeholder of the argument in help. */
  readonly argument?: string;
  /** Help text. */
  readonly description: string;
  readonly commands: readonly PlanningCommand[];
  /** Dotted path of the overridden field, whose schema checks the flag. Absent: the file has no such field. */
  readonly field?: string;
  /** Converts the given texts to the value of the field. Absent: the text itself. */
  readonly toField?: (texts: readonly string[]) => unknown;
  /** Adds entries to those of the field. Absent: the value replaces that of the field. */
  readonly merged?: true;
  /** Environment variable that the flag overrides, and that overrides the field. */
  readonly variable?: string;
}

const ANY = ['run', 'start-agent', 'doctor'] as const;
const WITH_FILE = [...ANY, 'validate', 'search', 'try', 'start', 'config'] as const;
const AGENTS = ['run', 'start-agent'] as const;

type Flags = Readonly<Record<string, Flag>>;

/** Flags of the load. */
export const LOAD_FLAGS = {
  connection_string: {
    kind: 'text',
    argument: 'url',
    description: 'the target, instead of the one in the file',
    commands: ['run', 'validate', 'search', 'try'],
    field: 'connection_string',
  },
  param: {
    kind: 'list',
    argument: 'name=value',
    description:
      'value of a parameter of the file; may be repeated (default: variable LOADBOT_PARAM_NAME of the environment)',
    commands: WITH_FILE,
  },
  environment: {
    kind: 'text',
    argument: 'name',
    description: 'environment of the file to apply (default: variable LOADBOT_ENVIRONMENT)',
    commands: WITH_FILE,
  },
  name: {
    kind: 'text',
    short: 'n',
    argument: 'name',
    description: 'name of this agent: the label `agent` (default: host name)',
    commands: ANY,
    field: 'agent.name',
  },
  port: {
    kind: 'number',
    short: 'p',
    argument: 'port',
    description: 'port of the control API on 127.0.0.1, for status, progress and stop; 0: any free one',
    commands: AGENTS,
    field: 'agent.port',
  },
  threads: {
    kind: 'number',
    argument: 'number',
    description: 'load threads (default: 1)',
    commands: ['run', 'search'],
    field: 'threads',
  },
  allow_drivers: {
    kind: 'switch',
    description: "load the workload's driver modules, which run code of theirs in this process",
    commands: [...ANY, 'validate', 'search', 'try'],
  },
  allow_functions: {
    kind: 'switch',
    description: "load the workload's functions, which run code of theirs in this process",
    commands: [...ANY, 'validate', 'search', 'try'],
  },
  allow_link_local: {
    kind: 'switch',
    description: 'allow link-local addresses and metadata services of clouds, which are refused otherwise',
    commands: [...ANY, 'validate', 'search', 'try'],
  },
  seed: {
    kind: 'number',
    argument: 'number',
    description: 'seed of all generated data and random arrivals (default: a new one for each run)',
    commands: ['run', 'search', 'try'],
    field: 'seed',
  },
} as const satisfies Flags;

/** Flags of the exported metrics and of the sources. */
export const METRICS_FLAGS = {
  metrics_export_url: {
    kind: 'list',
    argument: 'url',
    description: 'push metrics to this URL; may be repeated',
    commands: ANY,
    field: 'agent.metrics_export_url',
    toField: (urls) => urls,
    variable: 'LOADBOT_METRICS_EXPORT_URL',
  },
  metrics_export_protocol: {
    kind: 'text',
    argument: 'name',
    description: 'protocol of the receiver (default: by the path of the URL)',
    commands: ANY,
  },
  metrics_export_header: {
    kind: 'list',
    argument: 'name: value',
    description: 'header of pushes; may be repeated',
    commands: ANY,
  },
  metrics_export_interval_seconds: {
    kind: 'number',
    argument: 'seconds',
    description: 'push interval (default: 10)',
    commands: ANY,
    field: 'agent.metrics_export_interval_seconds',
  },
  label: {
    kind: 'list',
    argument: 'key=value',
    description: 'label of every series; may be repeated',
    commands: ANY,
    field: 'agent.labels',
    toField: (labels) => Object.fromEntries(labels.map((label) => label.split(/=(.*)/s, 2))),
    merged: true,
  },
  drop_labels: {
    kind: 'text',
    argument: 'names',
    description: 'labels to remove from all series, such as job_uuid; several with commas',
    commands: ANY,
    field: 'agent.drop_labels',
    toField: ([names = '']) => names.split(',').map((name) => name.trim()),
  },
  job_label: {
    kind: 'text',
    argument: 'name',
    description: 'name of the label `job`',
    commands: ANY,
    field: 'agent.job_label',
  },
  allow_local_sources: {
    kind: 'switch',
    description: "let the workload's sources read files and run commands",
    commands: [...ANY, 'validate', 'search'],
  },
  metrics_export_port: {
    kind: 'number',
    argument: 'port',
    description: 'serve GET /metrics on this port; 0: any free one',
    commands: AGENTS,
    field: 'agent.metrics_export_port',
  },
  metrics_export_host: {
    kind: 'text',
    argument: 'host',
    description: 'address to serve it on (default: 127.0.0.1)',
    commands: AGENTS,
    field: 'agent.metrics_export_host',
  },
  require_delivery: {
    kind: 'switch',
    description: 'exit with 113 if samples were not delivered',
    commands: AGENTS,
    field: 'agent.require_delivery',
  },
  go_compat: {
    kind: 'switch',
    description: 'also expose go_*, for dashboards of Go processes',
    commands: AGENTS,
    field: 'agent.go_compat',
  },
  k6_compat: {
    kind: 'switch',
    description: 'also expose k6_*, for dashboards of k6',
    commands: AGENTS,
    field: 'agent.k6_compat',
  },
  grafana_url: {
    kind: 'text',
    argument: 'url',
    description: 'link reports to this Grafana, and annotate the run there (token: LOADBOT_GRAFANA_TOKEN)',
    commands: AGENTS,
    field: 'agent.grafana.url',
    variable: 'LOADBOT_GRAFANA_URL',
  },
  grafana_dashboard: {
    kind: 'text',
    argument: 'uid',
    description: 'uid of the dashboard in Grafana (default: loadbot-agent)',
    commands: AGENTS,
    field: 'agent.grafana.dashboard_uid',
  },
} as const satisfies Flags;

/** Flags of the conclusion. */
export const CONCLUSION_FLAGS = {
  allow_invalid: {
    kind: 'switch',
    description: 'do not exit with 112 if the run is invalid',
    commands: ['run'],
    field: 'agent.allow_invalid',
  },
} as const satisfies Flags;

/**
 * Every flag of a plan. Options and help of the commands, the type of overrides, and their application to the workload
 * derive from it. Loads nothing: the command line reads it before the command is known.
 */
export const FLAGS = { ...LOAD_FLAGS, ...METRICS_FLAGS, ...CONCLUSION_FLAGS } as const;

export type FlagName = keyof typeof FLAGS;

/** Value of a flag by its kind; numbers may be text of the command line. */
interface FlagValues {
  readonly text: string;
  readonly number: string | number;
  readonly list: readonly string[];
  readonly switch: boolean;
}

/** Given flags by name; each overrides its field of the workload file. */
export type PlanOverrides = {
  readonly [Name in FlagName]?: FlagValues[(typeof FLAGS)[Name]['kind']] | undefined;
};

/** A given flag. */
export type FlagValue = NonNullable<PlanOverrides[FlagName]>;

/** The flags in the order of the table. */
export function flagRows(): readonly (readonly [name: FlagName, flag: Flag])[] {
  return Object.entries(FLAGS) as (readonly [FlagName, Flag])[]; // the keys of the table are its names
}

/** The flag as it is written on the command line. */
export function spellingOf(name: FlagName): string {
  return `--${name}`;
}
