import { type Command, Option } from 'commander';
import { LoadbotError } from '../shared/errors.ts';
import { collect } from './plan-options.ts';

/** Load of a URL without flags, as oha and hey have it. */
export const URL_DEFAULTS = { connections: 50, duration: '10s' } as const;

interface UrlFlag {
  readonly kind: 'text' | 'list' | 'switch';
  readonly short?: string;
  /** Name of its argument in help texts. */
  readonly argument?: string;
  readonly description: string;
  /** Field of the generated workload file that it sets, if that has another name than the flag. */
  readonly field?: string;
}

/** Flags that describe the requests to a URL. Options, help, their type and the places of errors derive from a row. */
const URL_FLAGS = {
  connections: {
    kind: 'text',
    short: 'c',
    argument: 'number',
    description: `connections (default: ${URL_DEFAULTS.connections})`,
  },
  duration: {
    kind: 'text',
    short: 'd',
    argument: 'duration',
    description: `30s, 5m (default: ${URL_DEFAULTS.duration}, or none with --operations)`,
  },
  operations: { kind: 'text', argument: 'number', description: 'requests to send' },
  /** Has no long form; `withShortName` resolves it. */
  n: {
    kind: 'text',
    short: 'n',
    argument: 'value',
    description: 'the same as --operations; with a file: the same as --name',
  },
  pace: {
    kind: 'text',
    argument: 'rate',
    description: 'requests per second, or 30000/m (default: as fast as possible)',
  },
  method: {
    kind: 'text',
    short: 'X',
    argument: 'name',
    description: 'method (default: GET, or POST with --body)',
    field: 'jobs[0].http.method',
  },
  header: {
    kind: 'list',
    short: 'H',
    argument: 'name: value',
    description: 'header of the requests; may be repeated',
    field: 'jobs[0].http.headers',
  },
  body: {
    kind: 'text',
    argument: 'text',
    description: 'body of the requests; @file reads it from a file',
    field: 'jobs[0].http.body',
  },
  timeout: { kind: 'text', argument: 'duration', description: 'timeout of a request (default: 30s)' },
  warm_up: { kind: 'text', argument: 'duration', description: 'load before the measurement' },
  expect_status: {
    kind: 'text',
    argument: 'status',
    description: 'statuses that are ok: 204, 2xx, 200-204; several with commas',
    field: 'http.expect_status',
  },
  http2: { kind: 'switch', description: 'HTTP/2', field: 'http.version' },
  insecure: { kind: 'switch', description: 'accept any certificate', field: 'http.tls' },
  print_workload: { kind: 'switch', description: 'print the workload file of these flags, and send nothing' },
} as const satisfies Readonly<Record<string, UrlFlag>>;

type UrlFlagName = keyof typeof URL_FLAGS;

interface FlagValues {
  readonly text: string;
  readonly list: readonly string[];
  readonly switch: boolean;
}

/** The flags of a URL, as commander returns them. */
export type UrlFlags = { readonly [Name in UrlFlagName]?: FlagValues[(typeof URL_FLAGS)[Name]['kind']] };

const ROWS = Object.entries(URL_FLAGS) as readonly (readonly [UrlFlagName, UrlFlag])[]; // the keys of the table are its names

/** Flags by the field of the generated workload file that they set, where the names differ. */
export const FLAGS_BY_FIELD: readonly (readonly [field: string, flag: string])[] = ROWS.flatMap(([name, { field }]) =>
  field === undefined ? [] : [[field, `--${name}`] as const],
);

/** Adds the flags that replace a workload file. */
export function addUrlOptions(command: Command): Command {
  for (const [name, { kind, short, argument, description }] of ROWS) {
    const forms = [...(short === undefined ? [] : [`-${short}`]), ...(name === short ? [] : [`--${name}`])].join(', ');
    const option = new Option(argument === undefined ? forms : `${forms} <${argument}>`, `with a URL: ${description}`);
    command.addOption(kind === 'list' ? option.argParser(collect) : option);
  }
  return command;
}

/** Flags that describe where a workload comes from, besides the argument. */
interface FileFlags {
  readonly configFile?: string | undefined;
  readonly stdin?: boolean | undefined;
  readonly connection_string?: string | undefined;
}

/** Resolves `-n`: the number of requests with a URL, as other load testers have it, and the agent's name with a file. */
export function withShortName<Given extends UrlFlags & { readonly name?: string | undefined }>(
  file: string | undefined,
  flags: Given,
): Given {
  const { n } = flags;
  if (n === undefined) return flags;
  return isUrl(file) ? { operations: n, ...flags } : { name: n, ...flags };
}

/** Whether the argument of `run` or `validate` is a URL. */
export function isUrl(file = ''): boolean {
  return /^\s*https?:\/\//i.test(file);
}

/**
 * Refuses flags for a URL beside a file, and the reverse.
 * @throws {LoadbotError} `config_invalid`
 */
export function requireMatchingFlags(command: string, file: string | undefined, flags: UrlFlags & FileFlags): void {
  if (isUrl(file)) return refuseFileFlags(flags);
  const given = ROWS.flatMap(([name]) => (name !== 'n' && Object.hasOwn(flags, name) ? [`--${name}`] : []));
  if (given.length === 0) return;
  const names = listed(given);
  const isMissing = file === undefined && flags.configFile === undefined && flags.stdin !== true;
  throw new LoadbotError(
    'config_invalid',
    `${names} ${isMissing ? `need${given.length > 1 ? '' : 's'} a URL` : 'cannot be combined with a workload file'}`,
    {
      hint: isMissing
        ? `loadbot-agent ${command} http://HOST/PATH ${given[0] ?? ''} ...`
        : 'set the field of that name in the jobs of the file, or give a URL instead of the file',
    },
  );
}

function refuseFileFlags({ configFile, stdin, connection_string: target }: FileFlags): void {
  const given = [
    ...(configFile === undefined ? [] : ['--config-file']),
    ...(stdin === true ? ['--stdin'] : []),
    ...(target === undefined ? [] : ['--connection_string']),
  ];
  if (given.length === 0) return;
  const hint = 'the URL names the target, and flags such as --connections the load: give either a URL or a file';
  throw new LoadbotError('config_invalid', `${listed(given)} cannot be combined with a URL`, { hint });
}

function listed(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}` : (names[0] ?? '');
}
