import { randomInt, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { WorkloadText } from '../agent/control-routes.ts';
import { loadWorkload, type LoadedWorkload } from '../workload/load.ts';
import { invalid, type PathDiagnostic, type Path } from '../workload/diagnostics.ts';
import { isModule, type SourceIo } from '../workload/read/read-text.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { restrictFiles } from '../shared/file-access.ts';
import { addressBook } from '../shared/network/address-book.ts';
import { readRegularFile, readSmallText } from '../shared/read-file.ts';
import { buildPlan } from '../workload/build-plan.ts';
import { scenarioPathsOf } from '../workload/entries.ts';
import { flattenJobs } from '../workload/features/job/plan.ts';
import type { PlanOverrides } from '../workload/flags.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';
import type { PlanInputs } from '../workload/plan-context.ts';
import { openSource, type PlanIo, STDIN } from './source-io.ts';

/** A checked workload file and the plan made of it and the flags. */
export interface PlannedWorkload {
  readonly workload: LoadedWorkload;
  readonly plan: Plan;
}

/**
 * Reads, checks and plans a workload on this machine.
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export async function planWorkload(
  source: string,
  overrides: PlanOverrides,
  io: PlanIo,
  from?: SourceIo,
): Promise<PlannedWorkload> {
  return plan(source, overrides, io, from ?? (await openSource(source, io)));
}

/**
 * Checks and plans a workload that has been read.
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export async function planText(
  given: WorkloadText,
  overrides: PlanOverrides,
  io: Pick<PlanIo, 'env' | 'allowedFolders'>,
): Promise<Plan> {
  const planned = await planGiven(given, overrides, io, false);
  return planned.plan;
}

async function planGiven(
  { text, source, files = {}, param, environment }: WorkloadText,
  given: PlanOverrides,
  io: Pick<PlanIo, 'env' | 'allowedFolders'>,
  settingsOnly: boolean,
): Promise<PlannedWorkload> {
  const overrides = { ...given, ...(param && { param }), ...(environment !== undefined && { environment }) };
  const readStdin = (): Promise<string> => Promise.resolve(text);
  const readFile = async (path: string): Promise<string> => {
    const included = Object.hasOwn(files, path) ? files[path] : undefined;
    if (path === source || included !== undefined) return included ?? text;
    throw Object.assign(new Error('was not sent'), { code: 'ENOENT' });
  };
  return plan(source === STDIN ? '-' : source, overrides, io, { readStdin, readFile }, settingsOnly);
}

/** Settings of an agent, and whether the file that gives them has jobs, too. */
export interface PlannedSettings {
  readonly settings: Plan;
  readonly hasJobs: boolean;
}

/**
 * Checks and plans the settings of an agent; a file that holds `agent` alone will do.
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export async function planSettings(
  given: WorkloadText,
  overrides: PlanOverrides,
  io: Pick<PlanIo, 'env'>,
): Promise<PlannedSettings> {
  const { plan: settings, workload } = await planGiven(given, overrides, io, true);
  return { settings, hasJobs: workload.hasJobs };
}

function randomSeed(): number {
  return randomInt(2 ** 32);
}

async function plan(...given: Parameters<typeof planSource>): Promise<PlannedWorkload> {
  const [source] = given;
  if (!isModule(source)) return planSource(...given);
  const { withoutPositions } = await import('./module-workload.ts');
  return planSource(...given).catch((error: unknown) => {
    throw withoutPositions(error, source);
  });
}

async function planSource(
  source: string,
  overrides: PlanOverrides,
  { env, allowedFolders }: Pick<PlanIo, 'env' | 'allowedFolders'>,
  from: SourceIo,
  settingsOnly = false,
): Promise<PlannedWorkload> {
  const { connection_string: connectionString, param: parameters, environment } = overrides;
  const { allow_drivers: allowDrivers, allow_functions: allowFunctions } = overrides;
  const given = { connectionString, parameters, environment, settingsOnly, allowDrivers, allowFunctions };
  if (overrides.allow_link_local === true) addressBook.allowLinkLocal();
  restrictFiles(allowedFolders);
  const workload = await loadWorkload(source, { env, ...from }, given);
  const files = { readFile: readSmallText, readBytes: readRegularFile };
  const surroundings: PlanInputs = {
    env,
    ...files,
    allowedFolders,
    hostname: hostname(),
    uuid: randomUUID,
    randomSeed,
  };
  const plan = buildPlan(workload, overrides, surroundings);
  await checkPhases(workload, plan);
  await checkRequests(workload, plan);
  return { workload, plan };
}

function hasField(value: unknown, path: Path): boolean {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return false;
    inner = (inner as Readonly<Record<string | number, unknown>>)[key];
  }
  return true;
}

/** Problems that the target's driver would report at the start of a job, maybe hours into the run. */
async function checkRequests(workload: LoadedWorkload, plan: Plan): Promise<void> {
  if (!plan.jobs.some(sendsRequests)) return;
  const { findRejectedRequests } = await import('../compose/check-plan.ts');
  const { jobs } = flattenJobs(workload.file.jobs);
  const findings = (await findRejectedRequests(plan)).map(
    ({ job, operation, field = [], message, hint }): PathDiagnostic => {
      const { path = [], job: fields = {} } = jobs[job] ?? {};
      const step = scenarioPathsOf({ path, fields: { ...fields } })[operation] ?? path;
      // The innermost of the places that a field may come from.
      const places = [[...path, 'mixed', operation], step, path, []];
      const place = places.find((one) => hasField(workload.file, [...one, ...field.slice(0, 2)])) ?? step;
      return { path: [...place, ...field], message, hint };
    },
  );
  if (findings.length > 0) throw invalid(workload.source, workload.locate(findings));
}

/** Checks the phases that profiles add; those of the file were checked when it was loaded. */
async function checkPhases(workload: LoadedWorkload, { phases, sources }: Plan): Promise<void> {
  if (sources.every(({ profile }) => profile === undefined)) return;
  const { phasesOf } = await import('../sources/profiles/source-phases.ts');
  const ofProfiles = phasesOf(sources).length;
  if (phases.length + ofProfiles <= WORKLOAD_LIMITS.phases) return;
  const own = phases.length === 0 ? '' : `, \`phases\` has ${phases.length} more`;
  const finding = {
    path: ['sources'],
    message: `their profiles add ${ofProfiles} phases${own}; at most ${WORKLOAD_LIMITS.phases} are supported`,
    hint: 'leave out the `profile` of some sources, and name those of their states that matter in `phases`',
  };
  throw invalid(workload.source, workload.locate([finding]));
}
