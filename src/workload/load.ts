import { basename, extname } from 'node:path';
import type { FunctionsPlan } from '../plan/functions-plan.ts';
import type { Diagnostic } from '../shared/errors.ts';
import { parseShape } from './check-shape.ts';
import { composeWorkload } from './composition/compose.ts';
import { invalid, type Path, type PathDiagnostic } from './diagnostics.ts';
import { asObject, jobsOf } from './entries.ts';
import { checkBounds } from './features/bounds.ts';
import { checkCustomMetrics } from './features/custom-metrics.ts';
import { checkDocuments } from './features/documents.ts';
import { loadDriverModules } from './features/drivers.ts';
import { checkFeeders } from './features/feeders/schema.ts';
import { loadFunctions } from './features/functions.ts';
import { checkGates } from './features/gates.ts';
import { checkHttp } from './features/http/check.ts';
import { checkReconnect } from './features/job/reconnect.ts';
import { checkKeys } from './features/keys.ts';
import { checkMixed } from './features/mixed.ts';
import { checkPacing } from './features/pacing.ts';
import {
  effectiveParameters,
  explainUnset,
  type Parameter,
  readParameters,
  withoutOverridden,
} from './features/parameters.ts';
import { checkRequestsFrom } from './features/requests-from/check.ts';
import type { ReadRequests } from './features/requests-from/read-requests.ts';
import { checkPhases } from './features/phases.ts';
import { checkScenarios } from './features/scenario/check.ts';
import { checkSchemas } from './features/schemas.ts';
import { checkSources } from './features/sources.ts';
import { checkUsers } from './features/users.ts';
import { checkTarget } from './features/target.ts';
import { checkTags } from './features/template-tags.ts';
import { checkThresholds } from './features/thresholds/schema.ts';
import { type CheckedFile, ParsedTexts } from './parsed-texts.ts';
import type { SourceIo } from './read/read-text.ts';
import { secretsOfWorkload } from './redact.ts';
import type { WorkloadFile } from './schema.ts';
import { SecretParameters } from './secret-parameters.ts';
import { removeUnsetFields } from './unset-fields.ts';
import {
  expandText,
  type Environment,
  type Expansion,
  expandVariables,
  redactValues,
  secretsOfRequests,
  convertVariables,
  withoutShown,
} from './variables.ts';

export interface LoadIo extends SourceIo {
  /** Variables for `${NAME}` in the file. */
  readonly env: Environment;
}

/** Flags that take precedence over the file and change which fields it requires. */
export interface LoadOverrides {
  readonly connectionString?: string | undefined;
  /** Name of the environment to apply. */
  readonly environment?: string | undefined;
  /** Values of parameters, as `NAME=VALUE`. */
  readonly parameters?: readonly string[] | undefined;
  /** Whether driver modules are loaded, which are code; otherwise a workload that has any is rejected. */
  readonly allowDrivers?: boolean | undefined;
  /** Loads the functions of the workload, which executes their code. */
  readonly allowFunctions?: boolean | undefined;
  /** Accepts a file without jobs and target, for callers that need only the agent settings. */
  readonly settingsOnly?: boolean | undefined;
}

/** A valid workload file and its origin. */
export interface LoadedWorkload {
  /** `name` of the workload; default: the file name without extension, or `stdin`. */
  readonly name: string;
  /** Name of the file in messages: the given path, or `stdin`. */
  readonly source: string;
  /** Paths of the file and its includes, without standard input. */
  readonly files: readonly string[];
  /** Their directories. */
  readonly directories: readonly string[];
  /** Base directory of a relative path in the field at a path. */
  directoryOf(path: Path): string;
  /** The chosen environment. */
  readonly environment: string | undefined;
  /** Parsed content with expanded variables, without fields that are 0 for "not set", without defaults. */
  readonly file: WorkloadFile;
  /** Values of its texts. */
  readonly texts: ParsedTexts;
  /** Content as written, variables not expanded; defaults of parameters are their values, secrets masked. */
  readonly given: unknown;
  readonly parameters: readonly Parameter[];
  /** Whether the file has jobs. */
  readonly hasJobs: boolean;
  /** Functions of the workload; `undefined`: none. */
  readonly functions: FunctionsPlan | undefined;
  /** Reads the requests of files; `undefined`: no job has requests from a file. */
  readonly readRequests: ReadRequests | undefined;
  /** Values of variables used in requests, and of secret parameters; redacted when a target echoes them. */
  readonly secrets: readonly string[];
  /** Expands the variables of a flag. @param place whether reports show it; of a URL they show host and path */
  expand(text: string, place: 'shown' | 'url' | 'hidden'): Expansion;
  /** Converts findings of later checks to problems with line and column. */
  locate(findings: readonly PathDiagnostic[]): Diagnostic[];
}

/**
 * Reads and checks a workload file.
 * @param source path, or `-` for standard input
 * @param overrides flags that affect the validity of the file
 * @throws {LoadbotError} `config_invalid`, with all problems
 */
export async function loadWorkload(source: string, io: LoadIo, overrides: LoadOverrides = {}): Promise<LoadedWorkload> {
  const composed = await composeWorkload(source, io, overrides.environment);
  const { source: name, value: given } = composed;
  const beyond = checkBounds(given);
  if (beyond.length > 0) throw invalid(name, composed.locate(beyond));
  const parameters = readParameters(given, overrides.parameters ?? [], io.env);
  const secrets = new SecretParameters(parameters.all);
  const { values } = parameters;
  const explain = explainUnset(parameters.all);
  const variables = expandVariables(withoutOverridden(given, parameters.all), io.env, values, explain);
  const drivers = await loadDriverModules(variables.value, {
    isAllowed: overrides.allowDrivers === true,
    directoryOf: (path) => composed.directoryOf(path),
  });
  const functions = await loadFunctions(variables.value, {
    isAllowed: overrides.allowFunctions === true,
    directoryOf: (path) => composed.directoryOf(path),
  });
  const texts = new ParsedTexts(drivers.schemes);
  const typed =
    variables.filled.length === 0
      ? variables.value
      : convertVariables(variables, parseShape(variables.value, texts).findings);
  const hasJobs = holdsJobs(typed);
  const cleaned = removeUnsetFields(
    overrides.settingsOnly === true && !hasJobs
      ? { ...PLACEHOLDER_WORKLOAD, ...asObject(typed), jobs: PLACEHOLDER_WORKLOAD.jobs }
      : typed,
  );
  // The overriding connection string may use variables too; an invalid flag is reported where flags are parsed.
  const connectionString = overrides.connectionString && expandText(overrides.connectionString, values).text;
  const value = connectionString === undefined ? cleaned : withoutConnectionString(cleaned);
  const { file, findings } = parseShape(value, texts);
  const found = [
    ...parameters.findings,
    ...variables.findings,
    ...secrets.check(variables.filled),
    ...findings,
    ...drivers.findings,
    ...functions.findings,
    ...checkFile({ value, texts }, connectionString),
  ];
  const shown = new Set(parameters.all.flatMap(({ name, isSecret }) => (isSecret ? [] : name)));
  const hidden = withoutShown(variables.filled, (one) => shown.has(one));
  const locate = (diagnostics: readonly PathDiagnostic[]): Diagnostic[] =>
    composed.locate(secrets.maskAll(redactValues(diagnostics, hidden)));
  const problems = [...parameters.problems, ...composed.problems, ...locate(found)];
  if (problems.length > 0 || file === undefined) throw invalid(name, problems);
  return {
    name: file.name ?? (source === '-' ? 'stdin' : basename(source, extname(source))),
    source: name,
    files: composed.files.filter(({ name: one }) => one !== 'stdin' || source !== '-').map(({ name: one }) => one),
    directories: [...new Set(composed.files.map(({ directory }) => directory))],
    directoryOf: (path) => composed.directoryOf(path),
    environment: composed.environment,
    file,
    texts,
    given: effectiveParameters(given, parameters.all),
    parameters: parameters.all,
    hasJobs,
    functions: functions.plan,
    readRequests: await loadReadRequests(file),
    secrets: [...secretsOfRequests(hidden), ...secretsOfWorkload(given), ...secrets.values].toSorted(
      (a, b) => b.length - a.length,
    ),
    expand: (text, place) => {
      const expanded = expandText(text, values, undefined, explain);
      const fault = secrets.faultIn(text, expanded.text, place !== 'shown', place === 'url');
      return fault === undefined ? expanded : { ...expanded, faults: [...expanded.faults, fault] };
    },
    locate,
  };
}

/** Loads the parsers of files with requests, if a job has one. */
async function loadReadRequests(file: WorkloadFile): Promise<ReadRequests | undefined> {
  if (jobsOf(file).every(({ fields }) => fields['requests_from'] === undefined)) return undefined;
  return (await import('./features/requests-from/read-requests.ts')).readRequests;
}

/** Placeholder target and jobs for a file that has only agent settings. */
const PLACEHOLDER_WORKLOAD = { connection_string: 'embedded:', jobs: [{ type: 'sleep', duration: '1s' }] };

function holdsJobs(file: unknown): boolean {
  const jobs = asObject(file)?.['jobs'];
  return jobs !== undefined && !(Array.isArray(jobs) && jobs.length === 0);
}

/** @param connectionString takes precedence over the file's */
function checkFile(file: CheckedFile, connectionString: string | undefined): PathDiagnostic[] {
  const { value } = file;
  return [
    ...checkSchemas(value),
    ...checkDocuments(value),
    ...checkPacing(value),
    ...checkUsers(value),
    ...checkMixed(value),
    ...checkRequestsFrom(value),
    ...checkScenarios(value),
    ...checkCustomMetrics(value),
    ...checkReconnect(value),
    ...checkKeys(value),
    ...checkFeeders(value),
    ...checkSources(file),
    ...checkPhases(file),
    ...checkGates(file),
    ...checkTags(value),
    ...checkHttp(value),
    ...checkThresholds(file),
    ...checkTarget(file, connectionString),
  ];
}

/** The file without the connection string that a flag overrides. */
function withoutConnectionString(file: unknown): unknown {
  const fields = asObject(file);
  if (fields === undefined) return file;
  const { connection_string: _, ...rest } = fields;
  return rest;
}
