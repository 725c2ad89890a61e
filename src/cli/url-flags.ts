import { type Command, Option } from 'commander';
import { LoadbotError } from '../shared/errors.ts';
import { collect } from './plan-options.ts';

/** Flags that describe the requests to a URL, as commander returns them. */
export interface UrlFlags {
  /** `-n`, which `withShortName` resolves. */
  readonly n?: string;
  readonly connections?: string;
  readonly duration?: string;
  readonly operations?: string;
  readonly pace?: string;
  readonly method?: string;
  readonly header?: readonly string[];
  readonly body?: string;
  readonly timeout?: string;
  readonly warm_up?: string;
  readonly expect_status?: string;
  readonly http2?: boolean;
  readonly insecure?: boolean;
  readonly print_workload?: boolean;
}

/** Flags that describe where a workload comes from, besides the argument. */
interface FileFlags {
  readonly configFile?: string | undefined;
  readonly stdin?: boolean | undefined;
  readonly connection_string?: string | undefined;
}

/** Load of a URL without flags, as oha and hey have it. */
export const URL_DEFAULTS = { connections: 50, duration: '10s' } as const;

/** Adds the flags that replace a workload file. */
export function addUrlOptions(command: Command): Command {
  return command
    .option('-c, --connections <number>', `with a URL: connections (default: ${URL_DEFAULTS.connections})`)
    .option(
      '-d, --duration <duration>',
      `with a URL: 30s, 5m (default: ${URL_DEFAULTS.duration}, or none with --operations)`,
    )
    .option('--operations <number>', 'with a URL: requests to send')
    .option('-n <value>', 'with a URL: the same as --operations; with a file: the same as --name')
    .option('--pace <rate>', 'with a URL: requests per second, or 30000/m (default: as fast as possible)')
    .option('-X, --method <name>', 'with a URL: method (default: GET, or POST with --body)')
    .addOption(
      new Option('-H, --header <name: value>', 'with a URL: header of the requests; may be repeated').argParser(
        collect,
      ),
    )
    .option('--body <text>', 'with a URL: body of the requests; @file reads it from a file')
    .option('--timeout <duration>', 'with a URL: timeout of a request (default: 30s)')
    .option('--warm_up <duration>', 'with a URL: load before the measurement')
    .option('--expect_status <status>', 'with a URL: statuses that are ok: 204, 2xx, 200-204; several with commas')
    .option('--http2', 'with a URL: HTTP/2')
    .option('--insecure', 'with a URL: accept any certificate')
    .addOption(new Option('--print_workload', 'with a URL: print the workload file of these flags, and send nothing'));
}

/** Flag names by their field. */
const NAMES: Readonly<Record<Exclude<keyof UrlFlags, 'n'>, string>> = {
  connections: '--connections',
  duration: '--duration',
  operations: '--operations',
  pace: '--pace',
  method: '--method',
  header: '--header',
  body: '--body',
  timeout: '--timeout',
  warm_up: '--warm_up',
  expect_status: '--expect_status',
  http2: '--http2',
  insecure: '--insecure',
  print_workload: '--print_workload',
};

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
  const given = Object.entries(NAMES).flatMap(([field, name]) => (Object.hasOwn(flags, field) ? [name] : []));
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
