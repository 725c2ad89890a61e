import { readRegularFile } from '../shared/read-file.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { LoadbotError, type Diagnostic } from '../shared/errors.ts';
import { splitOnce } from '../shared/text.ts';
import { validateUtf8, withoutBom } from '../shared/utf8.ts';
import type { Header, ImportedRequest } from '../request-files/imported-request.ts';
import { redactRequest } from '../request-files/redact-request.ts';
import { SecretVariables } from '../imports/secret-variables.ts';
import { hostOf, splitUrl } from '../request-files/split-url.ts';
import { asTemplate, maskTemplates, withoutMarks } from '../request-files/template-text.ts';
import { describeVariables, writeWorkload } from '../imports/write-workload.ts';
import type { Environment } from '../workload/variables.ts';
import type { PlanOverrides } from '../workload/flags.ts';
import { isFault } from '../workload/diagnostics.ts';
import { parseHttpUrl, toFlagProblem } from '../workload/http-url.ts';
import { unreadableReason } from '../workload/read/unreadable-reason.ts';
import { FLAGS_BY_FIELD, URL_DEFAULTS, type UrlFlags } from './url-flags.ts';

/** Flags of `run` that also have a field in the file. */
type FieldFlags = Pick<PlanOverrides, 'threads' | 'seed' | 'name'>;

/** A workload file made of a URL and flags. */
export interface UrlWorkload {
  readonly text: string;
  /** The environment, and the secrets of the command line, which the text names as variables. */
  readonly env: Environment;
  /** The file with the body. */
  readonly bodyFile: string | undefined;
}

/** Name of the command line in messages. */
export const COMMAND_LINE = 'the command line';

/**
 * Builds the workload file for a URL and flags.
 * @param readFile reads the file of `--body @file`
 * @throws {LoadbotError} `config_invalid`, with all problems; fields are checked with the file
 */
export function buildUrlWorkload(
  url: string,
  flags: UrlFlags & FieldFlags,
  env: Environment,
  readFile: (path: string, mostBytes: number) => Buffer = readRegularFile,
): UrlWorkload {
  const problems: Diagnostic[] = [];
  const address = withVariables(url.trim());
  const parsed = parseHttpUrl(maskTemplates(address));
  if (isFault(parsed)) problems.push(toFlagProblem('URL', parsed));
  const { body, file } = readBody(flags.body, readFile, problems);
  const headers = readHeaders(flags.header ?? [], problems);
  if (problems.length > 0) throw flagsInvalid(problems);
  const secrets = new SecretVariables(env);
  const method = (flags.method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase();
  const given: ImportedRequest = { method, url: address, headers, body, weight: 1 };
  const request = redactRequest(given, secrets);
  const { origin } = splitUrl(request.url);
  const values = secrets.all.map(({ name, value }) => [name, value] as const);
  return {
    text: writeWorkload({
      comments: [`Requests to one URL. Run it with: loadbot-agent run FILE`, ...describeVariables(secrets.all)],
      name: hostOf(maskTemplates(origin))
        .replace(/^https?:\/\//, '')
        .slice(0, WORKLOAD_LIMITS.nameCharacters),
      connectionString: origin,
      connection: { http2: flags.http2, insecure: flags.insecure, expectStatus: statuses(flags.expect_status) },
      requests: [request],
      load: loadOf(flags),
      isExact: true,
      more: {
        agent: flags.name === undefined ? undefined : { name: flags.name },
        threads: numeric(flags.threads),
        seed: numeric(flags.seed),
      },
    }),
    env: { ...env, ...Object.fromEntries(values) },
    bodyFile: file,
  };
}

function loadOf(flags: UrlFlags): Readonly<Record<string, unknown>> {
  const { connections = String(URL_DEFAULTS.connections), operations, pace, timeout, warm_up } = flags;
  return {
    connections: numeric(connections),
    pace: numeric(pace),
    operations: numeric(operations),
    duration: flags.duration ?? (operations === undefined ? URL_DEFAULTS.duration : undefined),
    timeout,
    warm_up,
  };
}

/** A number; any other text stays, to be reported by the check of its field. */
function numeric(text: string | number | undefined): number | string | undefined {
  return typeof text === 'string' && /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function statuses(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  const list = text.split(',').map((status) => numeric(status.trim()));
  return list.length === 1 ? list[0] : list;
}

function readHeaders(lines: readonly string[], problems: Diagnostic[]): Header[] {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [name = '', value] = splitOnce(line, ':') ?? [];
    // The value may be secret, and so may be a line without a name.
    if (value === undefined || name === '') problems.push({ path: '--header', message: 'must be "Name: value"' });
    else if (headers.has(name.toLowerCase())) {
      problems.push({ path: '--header', message: `\`${name}\` is given twice` });
    } else headers.set(name.toLowerCase(), withVariables(value));
  }
  return [...headers];
}

interface GivenBody {
  readonly body: string | undefined;
  readonly file: string | undefined;
}

/** Reads a body; only one that is written on the command line may contain variables. */
function readBody(
  given: string | undefined,
  readFile: (path: string, mostBytes: number) => Buffer,
  problems: Diagnostic[],
): GivenBody {
  if (given === undefined || !given.startsWith('@')) {
    return { body: given === undefined ? undefined : withVariables(given), file: undefined };
  }
  const file = given.slice(1);
  try {
    const bytes = readFile(file, WORKLOAD_LIMITS.workloadBytes);
    const fault = validateUtf8(bytes);
    if (fault === undefined) return { body: withoutMarks(withoutBom(bytes).toString()), file };
    problems.push({ path: '--body', message: `${file} ${fault.message}`, hint: fault.hint });
  } catch (error) {
    problems.push({ path: '--body', message: `cannot read ${file}: ${unreadableReason(error)}` });
  }
  return { body: undefined, file };
}

/** Literal text in which `${NAME}` is a variable, and `$${` a literal `${`, as in a workload file. */
function withVariables(text: string): string {
  return withoutMarks(text).replaceAll(/\$\$\{|\$\{[A-Za-z_]\w*\}/g, (found) =>
    found.startsWith('$$') ? '${' : asTemplate(found),
  );
}

/** The flag that a field of the workload comes from. */
const FLAGS: readonly (readonly [field: string, flag: string])[] = [
  ['connection_string', 'URL'],
  ['jobs[0].http.path', 'URL'],
  ...FLAGS_BY_FIELD,
  ['agent.name', '--name'],
  ['jobs[0].', '--'],
  ['', '--'],
];

/** Replaces the places in a generated workload file by the flags that they come from. */
export function toFlagProblems(error: unknown): unknown {
  if (!(error instanceof LoadbotError) || error.problems.length === 0) return error;
  return flagsInvalid(
    error.problems.map(({ message, hint, path = '', file }) => {
      // A problem without a place in the file is about another flag.
      if (file === undefined) return { path, message, ...(hint !== undefined && { hint }) };
      const [field = '', flag = ''] = FLAGS.find(([start]) => path.startsWith(start)) ?? [];
      const name = flag === '--' ? flag + path.slice(field.length) : flag;
      return { path: name, message, ...(hint !== undefined && { hint }) };
    }),
  );
}

function flagsInvalid(problems: readonly Diagnostic[]): LoadbotError {
  const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
  return new LoadbotError('config_invalid', `${COMMAND_LINE}: ${count}`, { problems });
}
