import { LoadbotError } from '../shared/errors.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { formatBytes, formatCountOf } from '../shared/units.ts';
import type { ConnectionSettings, ImportedRequest } from '../request-files/imported-request.ts';
import { requestFields, sharedHeaders, writeHeaders, toTemplate } from './request-fields.ts';
import type { SecretVariable } from './secret-variables.ts';
import { unmark } from '../request-files/template-text.ts';
import { Commented, writeComment, writeJsonc } from './write-jsonc.ts';

/** Content of a workload file. */
export interface WorkloadContent {
  /** Comment lines at its top. */
  readonly comments: readonly string[];
  readonly name: string | undefined;
  readonly connectionString: string;
  /** Comment above the connection string. */
  readonly targetComment?: string | undefined;
  readonly connection: ConnectionSettings;
  readonly requests: readonly ImportedRequest[];
  readonly load: LoadFields;
  /** Keeps the white space of JSON bodies. */
  readonly isExact?: boolean;
  /** Further fields of the workload. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Fields of the job that define its load, in the notation of the file. */
type LoadFields = Readonly<Record<string, unknown>> & { readonly pace?: unknown };

/** Most operations of a `mixed` job. */
const MOST_OPERATIONS = 32;

/**
 * Writes a workload file: one job, or for several requests a `mixed` job, or for many of them several at the same time.
 * @throws {LoadbotError} `config_invalid` when it would be larger than a workload file may be
 */
export function writeWorkload(content: WorkloadContent): string {
  const { requests, connection } = content;
  const shared = sharedHeaders(requests);
  const http = {
    headers: shared.size === 0 ? undefined : writeHeaders(shared),
    tls: connection.insecure === true ? { insecure_skip_verify: true } : undefined,
    version: connection.http2 === true ? 2 : undefined,
    expect_status: connection.expectStatus,
  };
  const target = toTemplate(content.connectionString);
  const workload = {
    name: content.name,
    connection_string: content.targetComment === undefined ? target : new Commented(target, content.targetComment),
    ...content.more,
    http: Object.values(http).every((value) => value === undefined) ? undefined : http,
    jobs: writeJobs(content, shared),
  };
  const comments = content.comments.flatMap(writeComment);
  const text = `${[...comments, writeJsonc(workload)].join('\n')}\n`;
  if (Buffer.byteLength(text) > WORKLOAD_LIMITS.workloadBytes) {
    const most = formatBytes(WORKLOAD_LIMITS.workloadBytes);
    throw new LoadbotError('config_invalid', `the requests are larger than a workload may be: ${most}`, {
      hint: 'import fewer requests, such as with --limit 10',
    });
  }
  return text;
}

/** Comment lines about the variables that a user has to set. */
export function describeVariables(variables: readonly SecretVariable[]): string[] {
  const unset = variables.filter(({ isSet }) => !isSet);
  if (unset.length === 0) return [];
  return [
    'Secrets are not in this file. Set these variables of the environment before a run:',
    ...unset.map(({ name, origin }) => `  ${name}: ${origin}`),
  ];
}

function writeJobs({ requests, load, isExact }: WorkloadContent, shared: ReadonlyMap<string, string>): unknown[] {
  const [only] = requests;
  if (only !== undefined && requests.length === 1) {
    const { type, http } = requestFields(only, shared, isExact);
    return [{ name: nameOfRequest(only), type, ...load, http }];
  }
  const parts: ImportedRequest[][] = [];
  for (let start = 0; start < requests.length; start += MOST_OPERATIONS) {
    parts.push(requests.slice(start, start + MOST_OPERATIONS));
  }
  const total = weightOf(requests);
  const jobs = parts.map((part, index) => {
    const pace = typeof load.pace === 'number' ? shareOf(load.pace, weightOf(part) / total) : load.pace;
    const name = parts.length === 1 ? 'requests' : `requests, part ${index + 1}`;
    const names = nameOperations(part);
    const mixed = part.map((request, at) => writeOperation(request, names[at], shared, scaleOf(part)));
    return Object.assign({ name, type: 'mixed' }, load, { pace, mixed });
  });
  if (jobs.length === 1) return jobs;
  const comment = `A job has at most ${MOST_OPERATIONS} operations: these run at the same time, each at its share of the pace.`;
  return [new Commented({ parallel: jobs }, comment)];
}

function writeOperation(
  request: ImportedRequest,
  name: string | undefined,
  shared: ReadonlyMap<string, string>,
  scale: number,
): unknown {
  const { type, http } = requestFields(request, shared);
  const weight = Number(Math.max(0.001, request.weight / scale).toPrecision(6));
  return { name, type, weight: weight === 1 ? undefined : weight, http };
}

/** Names of operations, each once; none if it would contain a variable, whose value may be secret. */
function nameOperations(requests: readonly ImportedRequest[]): readonly (string | undefined)[] {
  const taken = new Set<string>();
  return requests.map((request) => {
    const given = unmark(request.name ?? nameOfRequest(request));
    const name = given.slice(0, WORKLOAD_LIMITS.nameCharacters - 8);
    if (name === '' || name.includes('${')) return undefined;
    let unique = name;
    for (let number = 2; taken.has(unique); number++) unique = `${name} (${number})`;
    taken.add(unique);
    return unique;
  });
}

/** Divisor that makes the weights those of a workload: at most a million. */
function scaleOf(requests: readonly ImportedRequest[]): number {
  return Math.max(1, Math.max(...requests.map(({ weight }) => weight)) / 1_000_000);
}

function shareOf(pace: number, share: number): number {
  return Number(Math.max(pace * share, 0.001).toPrecision(3));
}

function weightOf(requests: readonly ImportedRequest[]): number {
  return requests.reduce((sum, { weight }) => sum + weight, 0);
}

/** Name of a job: method and path, without the query, which may be long. */
function nameOfRequest(request: ImportedRequest): string {
  const { http } = requestFields({ ...request, headers: [], body: undefined }, new Map());
  const name = `${request.method} ${http.path.replace(/\?.*$/s, '')}`;
  return name.slice(0, WORKLOAD_LIMITS.nameCharacters);
}
/** Comment lines about requests that were left out. */
export function describeLeftOut(leftOut: ReadonlyMap<string, number>): string[] {
  const rows = [...leftOut].toSorted(([, a], [, b]) => b - a);
  if (rows.length === 0) return [];
  const shown = rows.slice(0, MOST_REASONS).map(([reason, count]) => `  ${formatCountOf(count, 'request')}: ${reason}`);
  const rest = rows.slice(MOST_REASONS).reduce((sum, [, count]) => sum + count, 0);
  return ['Left out:', ...shown, ...(rest > 0 ? [`  ${formatCountOf(rest, 'request')}: other reasons`] : [])];
}

/** Reasons and hosts that a comment lists. */
const MOST_REASONS = 20;
