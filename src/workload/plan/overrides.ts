import type { Diagnostic } from '../../shared/errors.ts';
import { checkValue } from '../check-shape.ts';
import { parseConnectionString } from '../connection-string.ts';
import { expandText, type Environment } from '../variables.ts';
import { type PathDiagnostic, reportTo } from '../diagnostics.ts';
import { agentSchema } from '../schema/agent.ts';
import { dashboardUid } from '../schema/grafana.ts';
import { workloadSchema } from '../schema/workload.ts';
import { type CheckedMetricsFlags, checkMetricsFlags, METRICS_FLAGS, type MetricsFlags } from './metrics-flags.ts';
import { LOCAL_SOURCES_FLAG } from './sources.ts';

/** Flags; each overrides its field of the workload file. Numbers may be text of the command line. */
export interface PlanOverrides extends MetricsFlags {
  readonly connectionString?: string | undefined;
  readonly agentName?: string | undefined;
  readonly controlPort?: string | number | undefined;
  readonly metricsExportIntervalSeconds?: string | number | undefined;
  readonly metricsExportPort?: string | number | undefined;
  readonly metricsExportHost?: string | undefined;
  readonly threads?: string | number | undefined;
  readonly seed?: string | number | undefined;
  readonly grafanaUrl?: string | undefined;
  readonly grafanaDashboard?: string | undefined;
  readonly allowInvalid?: boolean | undefined;
  readonly allowLocalSources?: boolean | undefined;
}

/** The same with variables filled in and numbers read. */
export interface CheckedOverrides extends CheckedMetricsFlags {
  readonly connectionString: string | undefined;
  readonly agentName: string | undefined;
  readonly controlPort: number | undefined;
  readonly metricsExportIntervalSeconds: number | undefined;
  readonly metricsExportPort: number | undefined;
  readonly metricsExportHost: string | undefined;
  readonly threads: number | undefined;
  readonly seed: number | undefined;
  readonly grafanaUrl: string | undefined;
  readonly grafanaDashboard: string | undefined;
  readonly allowInvalid: boolean | undefined;
  readonly allowLocalSources: boolean;
}

const FLAGS: Readonly<Record<keyof PlanOverrides, string>> = {
  connectionString: '--connection_string',
  agentName: '--name',
  controlPort: '--port',
  metricsExportIntervalSeconds: '--metrics_export_interval_seconds',
  metricsExportPort: '--metrics_export_port',
  metricsExportHost: '--metrics_export_host',
  threads: '--threads',
  seed: '--seed',
  grafanaUrl: '--grafana_url',
  grafanaDashboard: '--grafana_dashboard',
  allowInvalid: '--allow_invalid',
  allowLocalSources: LOCAL_SOURCES_FLAG,
  ...METRICS_FLAGS,
};

const { agent: _, ...workload } = workloadSchema.shape;
const agent = agentSchema.shape;
/** Each flag has the schema of its field of the file. */
const SCHEMAS = {
  agentName: agent.name,
  controlPort: agent.port,
  metricsExportIntervalSeconds: agent.metrics_export_interval_seconds,
  metricsExportPort: agent.metrics_export_port,
  metricsExportHost: agent.metrics_export_host,
  grafanaDashboard: dashboardUid.optional(),
  threads: workload.threads,
  seed: workload.seed,
} as const;

/** Parses the flags; adds their problems to `problems`, under the flag's name. */
export function checkOverrides(overrides: PlanOverrides, env: Environment, problems: Diagnostic[]): CheckedOverrides {
  const report = (flag: keyof PlanOverrides, findings: readonly Omit<PathDiagnostic, 'path'>[]): void => {
    for (const { message, hint } of findings) {
      problems.push({ path: FLAGS[flag], message, ...(hint !== undefined && { hint }) });
    }
  };
  const check = <Value>(flag: keyof typeof SCHEMAS, value: Value): Value => {
    report(flag, checkValue(SCHEMAS[flag], value, [FLAGS[flag]]));
    return value;
  };
  const expand = (flag: keyof PlanOverrides, value: string | undefined): string | undefined => {
    if (value === undefined) return undefined;
    const { text, faults } = expandText(value, env);
    report(flag, faults);
    return text;
  };

  const connectionString = expand('connectionString', overrides.connectionString);
  const connection = connectionString === undefined ? undefined : parseConnectionString(connectionString);
  if (connection !== undefined && 'message' in connection) report('connectionString', [connection]);

  return {
    // Positions in the file do not apply to flags.
    ...checkMetricsFlags(
      overrides,
      env,
      reportTo(problems, () => {}),
    ),
    connectionString,
    agentName: check('agentName', overrides.agentName),
    controlPort: check('controlPort', toNumber(overrides.controlPort)),
    metricsExportHost: check('metricsExportHost', overrides.metricsExportHost),
    metricsExportIntervalSeconds: check(
      'metricsExportIntervalSeconds',
      toNumber(overrides.metricsExportIntervalSeconds),
    ),
    metricsExportPort: check('metricsExportPort', toNumber(overrides.metricsExportPort)),
    threads: check('threads', toNumber(overrides.threads)),
    seed: check('seed', toNumber(overrides.seed)),
    grafanaUrl: expand('grafanaUrl', overrides.grafanaUrl),
    grafanaDashboard: check('grafanaDashboard', overrides.grafanaDashboard),
    allowInvalid: overrides.allowInvalid,
    allowLocalSources: overrides.allowLocalSources ?? false,
  };
}

/** Converts numeric text; any other value stays, to be reported by the check. */
function toNumber(value: string | number | undefined): number | undefined {
  const isNumeric = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
  // A value that is not a number has been reported, and no plan is built.
  return isNumeric ? Number(value) : (value as number | undefined);
}
