import { parseConnectionString, type Connection } from '../config/connection-string.ts';
import { DEFAULTS } from '../config/defaults.ts';
import type { Finding } from '../config/finding.ts';
import { invalid, type LoadedWorkload } from '../config/load.ts';
import { LoadbotError, type Problem } from '../core/errors.ts';
import { secondsToMs } from '../core/units.ts';
import { deepFreeze } from './deep-freeze.ts';
import { flattenJobs, type PlacedJob } from './flatten-jobs.ts';
import { mergeHttp } from './http.ts';
import { nameJobs } from './job-names.ts';
import { buildJob } from './job.ts';
import { toMs } from './milliseconds.ts';
import { checkOverrides, type CheckedOverrides, type PlanOverrides } from './overrides.ts';
import type { JobPlan, MetricsPlan, Plan } from './plan.ts';
import type { Surroundings } from './surroundings.ts';
import type { FileReader } from './tls.ts';

/**
 * Makes the plan of one run: flags beat the file, the file beats defaults; nothing optional is left. Deep-frozen, and
 * made of values that structured cloning keeps.
 * @throws {LoadbotError} `config_invalid` with every problem at once: flags, and files that the workload names
 */
export function buildPlan(workload: LoadedWorkload, overrides: PlanOverrides, surroundings: Surroundings): Plan {
  const problems: Problem[] = [];
  const findings: Finding[] = [];
  const flags = checkOverrides(overrides, surroundings.env, problems);
  const reader: FileReader = {
    directory: workload.directory,
    readFile: (path) => surroundings.readFile(path),
    report: (finding) => findings.push(finding),
  };
  const { file } = workload;
  const connection = connect(flags.connectionString ?? file.connection_string);
  const { jobs, steps } = flattenJobs(file.jobs);
  const names = nameJobs(jobs.map(({ job }) => job));
  const jobPlans = jobs.map((placed, index) => {
    const label = { index, name: names[index] ?? placed.job.type, uuid: surroundings.uuid() };
    return planJob(workload, placed, label, connection, reader);
  });
  problems.push(...workload.locate(findings));
  if (problems.length > 0) throw invalid(findings.length > 0 ? workload.source : 'flags', problems);
  return deepFreeze<Plan>({
    workload: workload.name,
    runId: surroundings.uuid(),
    agent: flags.agentName ?? file.agent?.name ?? (surroundings.hostname || 'localhost'),
    target: connection.target,
    threads: flags.threads ?? file.threads ?? DEFAULTS.threads,
    seed: flags.seed ?? file.seed ?? DEFAULTS.seed,
    jobs: jobPlans,
    steps,
    metrics: planMetrics(workload, flags),
    controlPort: toPort(flags.controlPort ?? file.agent?.port),
  });
}

/** Where a plan leads whose connection string is wrong: it is never returned, only checked for more problems. */
const NOWHERE: Connection = { target: { driver: 'embedded', url: 'embedded:', secretUrl: undefined }, authorization: undefined };

function connect(connectionString: string | undefined): Connection {
  if (connectionString === undefined) {
    throw new LoadbotError('config_invalid', 'no target: `connection_string` is missing', {
      hint: 'give it in the workload file or with --connection_string',
    });
  }
  const connection = parseConnectionString(connectionString);
  // The file's own was checked when it was loaded, and the flag's has just been reported.
  return 'target' in connection ? connection : NOWHERE;
}

type JobLabel = Pick<JobPlan, 'index' | 'name' | 'uuid'>;

function planJob(
  { file }: LoadedWorkload,
  { job, path }: PlacedJob,
  label: JobLabel,
  connection: Connection,
  reader: FileReader,
): JobPlan {
  if (job.type === 'sleep') return { type: 'sleep', ...label, durationMs: toMs(job.duration) };
  const schemaName = job.schema ?? job.template;
  return buildJob(job, {
    ...label,
    schema: schemaName === undefined ? undefined : file.schemas?.find(({ name }) => name === schemaName),
    http: mergeHttp(
      connection,
      [
        { http: file.http, path: ['http'] },
        { http: job.http, path: [...path, 'http'] },
      ],
      reader,
    ),
  });
}

function planMetrics({ file }: LoadedWorkload, flags: CheckedOverrides): MetricsPlan {
  const { agent = {}, buckets = DEFAULTS.buckets } = file;
  const defaults = DEFAULTS.agent;
  return {
    pushUrl: flags.metricsExportUrl ?? agent.metrics_export_url,
    pushIntervalMs: secondsToMs(
      flags.metricsExportIntervalSeconds ??
        agent.metrics_export_interval_seconds ??
        defaults.metrics_export_interval_seconds,
    ),
    pullPort: toPort(flags.metricsExportPort ?? agent.metrics_export_port),
    pullHost: flags.metricsExportHost ?? agent.metrics_export_host ?? defaults.metrics_export_host,
    bucketBounds: [...buckets],
  };
}

/** A port, which the file may also write as text. */
function toPort(port: string | number | undefined): number | undefined {
  return port === undefined ? undefined : Number(port);
}
