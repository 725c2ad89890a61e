import type { FlagName } from '../../workload/flags.ts';

/** Options with another name than their flag: `--param` and `--label` are given once for each entry. */
const OPTION_NAMES: Readonly<Partial<Record<FlagName, string>>> = {
  param: 'parameters',
  label: 'labels',
  metrics_export_header: 'metricsExportHeaders',
};

/** Name of the option of a flag: `metrics_export_url` is `metricsExportUrl`. */
export function optionNameOf(flag: FlagName): string {
  return OPTION_NAMES[flag] ?? flag.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
