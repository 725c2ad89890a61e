/** Flags that the ancestor spelled with underscores; each also works with dashes. */
const UNDERSCORED = [
  'metrics_export_url',
  'metrics_export_interval_seconds',
  'metrics_export_port',
  'metrics_export_host',
  'metrics_export_protocol',
  'metrics_export_header',
  'drop_labels',
  'job_label',
  'go_compat',
  'k6_compat',
  'require_delivery',
  'allow_invalid',
  'allow_local_sources',
  'connection_string',
  'query_url',
  'grafana_url',
  'grafana_dashboard',
  'baseline_prometheus',
  'baseline_query',
  'look_back',
  'on_unknown',
  'retry_invalid',
] as const;

const SPELLINGS = new Map(UNDERSCORED.map((name) => [`--${name.replaceAll('_', '-')}`, `--${name}`]));

/** The second short name of --version; loadbot has the lower case. */
const VERSION = '-V';

/** Rewrites every flag to the spelling that the commands declare. Arguments after `--` are left alone. */
export function canonicalFlags(args: readonly string[]): string[] {
  if (args[0] === VERSION) return ['--version'];
  const end = args.indexOf('--');
  return args.map((arg, index) => {
    if (end !== -1 && index > end) return arg;
    const [flag = '', ...value] = arg.split('=');
    return [SPELLINGS.get(flag) ?? flag, ...value].join('=');
  });
}
