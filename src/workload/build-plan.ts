import { resolve } from 'node:path';
import { type FileReader, type PlanInputs, sharedFiles } from './plan-context.ts';
import { driverOf, usesHttp } from '../driver-catalog.ts';
import { type FeederPlan, type JobPlan, type Plan, sendsRequests } from '../plan/plan.ts';
import { requireFileAccess } from '../shared/file-access.ts';
import { deepFreeze } from '../shared/deep-freeze.ts';
import type { PlanFile } from '../plan/plan-file.ts';
import { LoadbotError, type Diagnostic } from '../shared/errors.ts';
import { secretsOfHeader, secretsOfValues } from '../shared/secrets.ts';
import { applyFlags, effectiveWorkload } from './apply-flags.ts';
import { DEFAULTS } from './defaults.ts';
import { invalid, type PathDiagnostic, type ReportProblem, reportTo } from './diagnostics.ts';
import { planMetrics } from './features/agent.ts';
import type { Connection } from './features/connection-string.ts';
import { planDriverOptions } from './features/drivers.ts';
import { collectionKey, collectionsWithIds, existingOf } from './features/documents.ts';
import { type ReadFeeder, readFeeders } from './features/feeders/plan.ts';
import { planWaitFor } from './features/gates.ts';
import { planGrafana } from './features/grafana.ts';
import { planTargets } from './features/http/hosts.ts';
import { mergeHttp } from './features/http/plan.ts';
import { flattenJobs, type PlacedJob, nameJobs, buildJob } from './features/job/plan.ts';
import { planRecorded } from './features/requests-from/plan.ts';
import { planPhases } from './features/phases.ts';
import { planSources } from './features/sources.ts';
import { checkTags, type FeederColumns } from './features/template-tags.ts';
import { planThresholds } from './features/thresholds/plan.ts';
import type { PlanOverrides } from './flags.ts';
import type { LoadedWorkload } from './load.ts';

/**
 * Builds the plan of one run: flags override the file, the file overrides defaults; nothing optional is left. Deep-frozen,
 * and safe for structured cloning.
 * @throws {LoadbotError} `config_invalid` with every problem at once: flags, and files that the workload names
 */
export function buildPlan(loaded: LoadedWorkload, overrides: PlanOverrides, surroundings: PlanInputs): Plan {
  const problems: Diagnostic[] = [];
  const findings: PathDiagnostic[] = [];
  const reportAt = reportTo(problems, (finding) => findings.push(finding));
  const { file, flags, placeOf } = applyFlags(loaded, overrides, reportAt);
  const report: ReportProblem = (place, message, hint) => reportAt(placeOf(place), message, hint);
  const workload = { ...loaded, file };
  const files: PlanFile[] = [];
  const record: FileReader['record'] = (planFile) => void files.push(planFile);
  const readBytes: FileReader['readBytes'] = (path, mostBytes) =>
    surroundings.readBytes(requireFileAccess(path), mostBytes);
  const reader: FileReader = {
    resolve: (path, file) => resolve(workload.directoryOf(path), file),
    readFile: (path) => surroundings.readFile(requireFileAccess(path)),
    readBytes,
    readShared: sharedFiles({ readBytes }, record),
    record,
    report: (finding) => findings.push(finding),
  };
  const connection = requireConnection(file.connection_string);
  if (loaded.functions?.hasBeforeRequest === true && !usesHttp(connection.target)) {
    const message =
      '`before_request` changes requests over HTTP; those of this target are prepared before they are sent';
    report(['functions'], message, 'use a step with `function` in a scenario, and its values in the request');
  }
  const feeders = readFeeders(file, reader);
  const seed = file.seed ?? surroundings.randomSeed();
  const existing = existingOf(file);
  const withIds = collectionsWithIds(file);
  for (const finding of checkTags(file, columnsOf(feeders))) reader.report(finding);
  const { jobs, steps } = flattenJobs(file.jobs);
  const names = nameJobs(jobs.map(({ job }) => job));
  const feederPlans = feeders.map(({ plan }) => plan);
  const secretsInFiles: string[] = [];
  const jobPlans = jobs.map((placed, index) => {
    const label = { index, name: names[index] ?? placed.job.type, uuid: surroundings.uuid() };
    const shared = { connection, reader, feeders: feederPlans, existing, withIds, seed, secretsInFiles };
    return planJob(workload, placed, label, shared);
  });
  const { allowLocalSources: allowLocal } = flags;
  const sources = planSources(file.sources ?? [], { reader, report, allowLocal });
  const { agent = {} } = file;
  const metrics = planMetrics({ entry: agent, flags, surroundings, reader, report }, file.buckets);
  const grafana = planGrafana({ entry: agent.grafana, flags, surroundings, reader, report }, metrics.labelRules);
  const thresholds = planThresholds(file, jobs, jobPlans, report);
  problems.push(...workload.locate(findings));
  if (problems.length > 0) throw invalid(findings.length > 0 ? workload.source : 'flags', problems);
  return deepFreeze<Plan>({
    workload: workload.name,
    runId: surroundings.uuid(),
    agent: agent.name ?? (surroundings.hostname || 'localhost'),
    target: connection.target,
    threads: file.threads ?? DEFAULTS.threads,
    seed,
    isSeedGiven: file.seed !== undefined,
    jobs: jobPlans,
    steps,
    thresholds,
    allowInvalid: agent.allow_invalid ?? DEFAULTS.agent.allow_invalid,
    metrics,
    sources,
    phases: planPhases(file.phases ?? {}),
    controlPort: agent.port,
    allowLinkLocal: overrides.allow_link_local ?? false,
    allowedFolders: surroundings.allowedFolders,
    grafana,
    files,
    secrets: [...workload.secrets, ...credentialsOf(jobPlans, loaded.parameters), ...secretsInFiles],
    asRun: effectiveWorkload(loaded.given, overrides),
  });
}

/** Credentials in headers that may hold a secret parameter in base64. */
function credentialsOf(jobs: readonly JobPlan[], parameters: LoadedWorkload['parameters']): readonly string[] {
  if (!parameters.some(({ isSecret }) => isSecret)) return [];
  const headers = jobs.flatMap((job) => (sendsRequests(job) ? [job.http, ...job.mix.map(({ http }) => http)] : []));
  const basic = headers.flatMap(({ headers: { authorization = '' } }) =>
    /^basic /i.test(authorization) ? authorization : [],
  );
  return secretsOfValues([...new Set(basic)].flatMap(secretsOfHeader));
}

function requireConnection(connection: Connection | undefined): Connection {
  if (connection !== undefined) return connection;
  throw new LoadbotError('config_invalid', 'no target: `connection_string` is missing', {
    hint: 'give it in the workload file or with --connection_string',
  });
}

interface JobSurroundings {
  readonly connection: Connection;
  readonly reader: FileReader;
  readonly feeders: readonly FeederPlan[];
  /** By `collectionKey`. */
  readonly existing: ReadonlyMap<string, number>;
  /** Collections whose documents have an `_id` of their own, by `collectionKey`. */
  readonly withIds: ReadonlySet<string>;
  /** The run's. */
  readonly seed: number;
  /** Receives the credentials in files of requests. */
  readonly secretsInFiles: string[];
}

function columnsOf(feeders: readonly ReadFeeder[]): FeederColumns {
  return new Map(feeders.map(({ plan, columns }) => [plan.name, columns]));
}

/** Seed of documents that several runs share through `existing`. */
const SHARED_SEED = 1;

type JobLabel = Pick<JobPlan, 'index' | 'name' | 'uuid'>;

function planJob(loaded: LoadedWorkload, placed: PlacedJob, label: JobLabel, surroundings: JobSurroundings): JobPlan {
  const { file } = loaded;
  const { job, path } = placed;
  const { connection, reader, feeders, existing, withIds, seed } = surroundings;
  if (job.type === 'sleep') {
    const { duration: durationMs, start_after: startAfterMs = 0 } = job;
    return { type: 'sleep', ...label, startAfterMs, durationMs, waitFor: planWaitFor(job.wait_for) };
  }
  const schemaName = job.schema ?? job.template;
  const schema = schemaName === undefined ? undefined : file.schemas?.find(({ name }) => name === schemaName);
  const collection = collectionKey(job, schema);
  const existingHere = existing.get(collection);
  const { storesBson: isBson = false, metrics: driverMetrics = [] } = driverOf(connection.target);
  const hosts = { connection, targets: planTargets(file.targets) };
  const levels = [
    { http: file.http, path: ['http'] },
    { http: job.http, path: [...path, 'http'] },
  ];
  const http = mergeHttp(hosts, levels, reader);
  const recorded = planRecorded(loaded, { ...placed, job }, { ...surroundings, index: label.index, http });
  surroundings.secretsInFiles.push(...(recorded?.secrets ?? []));
  return buildJob(job, {
    ...label,
    functions: loaded.functions,
    schema,
    sizing: isBson && schema === undefined ? 'data' : 'document',
    objectIds: isBson && (job.collection ?? schema?.collection) !== undefined && !withIds.has(collection),
    existing: existingHere,
    documentSeed: file.seed ?? (existingHere === undefined ? seed : SHARED_SEED),
    feeders,
    abortWhen: file.abort_when,
    customMetrics: file.custom_metrics,
    driverMetrics,
    http,
    ...planDriverOptions(file.driver_options, job.driver_options, path, reader),
    recorded,
    httpOf: (http, within) => mergeHttp(hosts, [...levels, { http, path: [...path, ...within, 'http'] }], reader),
  });
}
