import { expandText, type Environment } from '../variables.ts';
import { exportUrlFault } from '../http-url.ts';
import { HEADER_VALUE, headerName } from '../schema/header.ts';
import { didYouMean } from '../suggest.ts';
import { validateLabelName } from '../../plan/label-rules.ts';
import { PUSH_PROTOCOL_NAMES, type PushProtocolName } from '../../plan/push-target.ts';
import { splitOnce } from '../../shared/text.ts';
import type { ReportProblem } from '../diagnostics.ts';

/** Flags about labels and push targets. */
export interface MetricsFlags {
  readonly metricsExportUrl?: string | readonly string[] | undefined;
  readonly metricsExportProtocol?: string | undefined;
  /** `Name: value` each. */
  readonly metricsExportHeaders?: readonly string[] | undefined;
  /** `key=value` each. */
  readonly labels?: readonly string[] | undefined;
  /** Names with commas between them. */
  readonly dropLabels?: string | undefined;
  readonly jobLabel?: string | undefined;
  readonly goCompat?: boolean | undefined;
  readonly k6Compat?: boolean | undefined;
  readonly requireDelivery?: boolean | undefined;
}

/** The same with variables filled in and texts read. */
export interface CheckedMetricsFlags {
  readonly pushUrls: readonly string[];
  readonly pushProtocol: PushProtocolName | undefined;
  /** Lower-case names. */
  readonly pushHeaders: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly dropLabels: readonly string[] | undefined;
  readonly jobLabel: string | undefined;
  readonly goCompat: boolean | undefined;
  readonly k6Compat: boolean | undefined;
  readonly requireDelivery: boolean | undefined;
}

/** How the flags are spelled. */
export const METRICS_FLAGS: Readonly<Record<keyof MetricsFlags, string>> = {
  metricsExportUrl: '--metrics_export_url',
  metricsExportProtocol: '--metrics_export_protocol',
  metricsExportHeaders: '--metrics_export_header',
  labels: '--label',
  dropLabels: '--drop_labels',
  jobLabel: '--job_label',
  goCompat: '--go_compat',
  k6Compat: '--k6_compat',
  requireDelivery: '--require_delivery',
};

/** Parses the flags and reports the problems of each. URLs and headers may be secret and are not repeated. */
export function checkMetricsFlags(flags: MetricsFlags, env: Environment, report: ReportProblem): CheckedMetricsFlags {
  const expand = (flag: keyof MetricsFlags, value: string): string => {
    const { text, faults } = expandText(value, env);
    for (const { message, hint } of faults) report(METRICS_FLAGS[flag], message, hint);
    return text;
  };
  return {
    pushUrls: [flags.metricsExportUrl ?? []].flat().flatMap((value) => {
      const url = expand('metricsExportUrl', value);
      const fault = exportUrlFault(url);
      if (fault === undefined) return [url];
      report(METRICS_FLAGS.metricsExportUrl, fault.message, fault.hint);
      return [];
    }),
    pushProtocol: protocolOf(flags.metricsExportProtocol, report),
    pushHeaders: Object.fromEntries(
      (flags.metricsExportHeaders ?? []).flatMap((text) => headerOf(expand('metricsExportHeaders', text), report)),
    ),
    labels: labelsOf(flags.labels ?? [], report),
    dropLabels: flags.dropLabels?.split(',').map((name) => name.trim()),
    jobLabel: flags.jobLabel,
    goCompat: flags.goCompat,
    k6Compat: flags.k6Compat,
    requireDelivery: flags.requireDelivery,
  };
}

function protocolOf(name: string | undefined, report: ReportProblem): PushProtocolName | undefined {
  const known = PUSH_PROTOCOL_NAMES.find((protocol) => protocol === name);
  if (name !== undefined && known === undefined) {
    const message = `must be one of ${PUSH_PROTOCOL_NAMES.join(', ')}; it is ${JSON.stringify(name)}`;
    report(METRICS_FLAGS.metricsExportProtocol, message, didYouMean(name, PUSH_PROTOCOL_NAMES));
  }
  return known;
}

function headerOf(text: string, report: ReportProblem): [name: string, value: string][] {
  const [name, value] = splitOnce(text, ':') ?? ['', ''];
  if (headerName.safeParse(name).success && HEADER_VALUE.test(value)) return [[name.toLowerCase(), value]];
  report(METRICS_FLAGS.metricsExportHeaders, 'must be a header on one line, such as "X-Scope-OrgID: load"');
  return [];
}

function labelsOf(texts: readonly string[], report: ReportProblem): Record<string, string> {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    const fault = name === '' || value === '' ? 'must be key=value' : validateLabelName(name);
    if (fault !== undefined) report(METRICS_FLAGS.labels, `${JSON.stringify(text)} ${fault}`);
    else if (labels.has(name)) report(METRICS_FLAGS.labels, `label \`${name}\` is given twice`);
    else labels.set(name, value);
  }
  return Object.fromEntries(labels);
}
