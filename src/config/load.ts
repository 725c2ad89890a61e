import { basename, dirname, extname } from 'node:path';
import { LoadbotError, type Problem } from '../core/errors.ts';
import { checkShape } from './check-shape.ts';
import { checkBounds } from './checks/bounds.ts';
import { checkDocuments } from './checks/documents.ts';
import { checkFeeders } from './checks/feeders.ts';
import { checkGates } from './checks/gates.ts';
import { checkHttp } from './checks/http.ts';
import { asObject } from './checks/job-list.ts';
import { checkKeys } from './checks/keys.ts';
import { checkMixed } from './checks/mixed.ts';
import { checkPacing } from './checks/pacing.ts';
import { checkSchemas } from './checks/schemas.ts';
import { checkPhases } from './checks/phases.ts';
import { checkSources } from './checks/sources.ts';
import { checkTags } from './checks/tags.ts';
import { checkTarget } from './checks/target.ts';
import { checkThresholds } from './checks/thresholds.ts';
import { expandText, type Environment } from './environment.ts';
import type { Finding } from './finding.ts';
import { locateFindings, toProblem } from './locate-findings.ts';
import { parseText } from './read/parse-text.ts';
import { nameOf, readText, type SourceIo } from './read/read-text.ts';
import type { SourceDocument } from './read/source-document.ts';
import type { WorkloadFile } from './schema/workload.ts';
import { withoutUnset } from './unset-fields.ts';
import { fillVariables, hideValues, secretsOfRequests, withTypes } from './variables.ts';

export interface LoadIo extends SourceIo {
  /** Where `${NAME}` in the file comes from. */
  readonly env: Environment;
}

/** What beats the file and so decides what the file must hold. */
export interface LoadOverrides {
  readonly connectionString?: string | undefined;
  /** Whether a file without jobs and target will do, because only the settings of its agent are needed. */
  readonly settingsOnly?: boolean | undefined;
}

/** A workload file that is valid as it stands, and where it came from. */
export interface LoadedWorkload {
  /** The workload's own name; else the file's without its extension, or `stdin`. */
  readonly name: string;
  /** What messages call the file: its path as it was given, or `stdin`. */
  readonly source: string;
  /** What relative paths in the file are relative to. */
  readonly directory: string;
  /** The content, environment variables filled in, without fields that are 0 for "not set", no defaults. */
  readonly file: WorkloadFile;
  /** The content as it was written, variables not filled in. */
  readonly given: unknown;
  /** Whether the file has jobs of its own. */
  readonly hasJobs: boolean;
  /** Values of the variables that requests hold: what must not be shown, should a target repeat it. */
  readonly secrets: readonly string[];
  /** Makes problems of what is found out later about the file's values. */
  locate(findings: readonly Finding[]): Problem[];
}

/**
 * Reads and checks a workload file.
 * @param source its path, or `-` for standard input
 * @param overrides the flags that the file's validity depends on
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export async function loadWorkload(source: string, io: LoadIo, overrides: LoadOverrides = {}): Promise<LoadedWorkload> {
  const document = await parseText(source, await readText(source, io));
  const name = nameOf(source);
  rejectUnreadable(document, name);
  const beyond = checkBounds(document.value);
  if (beyond.length > 0) throw invalid(name, locateFindings(document, name, beyond));
  const variables = fillVariables(document.value, io.env);
  const typed = variables.filled.length === 0 ? variables.value : withTypes(variables, checkShape(variables.value));
  const hasJobs = holdsJobs(typed);
  const value = withoutUnset(
    overrides.settingsOnly === true && !hasJobs ? { ...IDLE, ...asObject(typed), jobs: IDLE.jobs } : typed,
  );
  // What beats the file's connection string may hold variables too; a flag's own faults are told where flags are read.
  const connectionString = overrides.connectionString && expandText(overrides.connectionString, io.env).text;
  const found = [...document.findings, ...variables.findings, ...checkFile(value, connectionString)];
  const locate = (given: readonly Finding[]): Problem[] =>
    locateFindings(document, name, hideValues(given, variables.filled));
  const problems = locate(found);
  if (problems.length > 0) throw invalid(name, problems);
  const file = value as WorkloadFile; // checkFile has found nothing
  return {
    name: file.name ?? (source === '-' ? 'stdin' : basename(source, extname(source))),
    source: name,
    directory: source === '-' ? '.' : dirname(source),
    file,
    given: document.value,
    hasJobs,
    secrets: secretsOfRequests(variables.filled),
    locate,
  };
}

/** The target and jobs of a file with settings alone. */
const IDLE = { connection_string: 'embedded:', jobs: [{ type: 'sleep', duration: '1s' }] };

function holdsJobs(file: unknown): boolean {
  const jobs = asObject(file)?.['jobs'];
  return jobs !== undefined && !(Array.isArray(jobs) && jobs.length === 0);
}

/** The error that lists what is wrong with a workload. */
export function invalid(source: string, problems: readonly Problem[]): LoadbotError {
  const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
  return new LoadbotError('config_invalid', `${source}: ${count}`, { problems });
}

/** @param connectionString the one that beats the file's */
function checkFile(value: unknown, connectionString: string | undefined): Finding[] {
  return [
    ...checkShape(value),
    ...checkSchemas(value),
    ...checkDocuments(value),
    ...checkPacing(value),
    ...checkMixed(value),
    ...checkKeys(value),
    ...checkFeeders(value),
    ...checkSources(value),
    ...checkPhases(value),
    ...checkGates(value),
    ...checkTags(value),
    ...checkHttp(value),
    ...checkThresholds(value),
    ...checkTarget(value, connectionString),
  ];
}

/** A syntax error, or a content that is no workload at all: nothing more can be said of such a file. */
function rejectUnreadable(document: SourceDocument, source: string): void {
  const { fault } = document;
  if (fault !== undefined) throw invalid(source, [toProblem({ path: [], ...fault }, source, fault.at)]);
  if (asObject(document.value) === undefined) {
    const message = 'a workload is an object: { "connection_string": ..., "jobs": [...] }';
    throw invalid(source, locateFindings(document, source, [{ path: [], message }]));
  }
}
