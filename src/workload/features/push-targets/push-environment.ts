import { basicAuthorization } from '../connection-string.ts';
import { FLAGS } from '../../flags.ts';
import { HEADER_VALUE, headerName, type ServerUrl } from '../server.ts';
import { parsePushUrl } from './push-url.ts';
import type { TlsOptions } from '../../../shared/network/destination.ts';
import { readEnvironmentFile, type PlanInputs } from '../../plan-context.ts';
import { isFault, type ReportProblem } from '../../diagnostics.ts';
import { splitOnce } from '../../../shared/text.ts';

const PREFIX = 'LOADBOT_METRICS_EXPORT_';

/** Variable with the URL of the push target. */
export const PUSH_URL_VARIABLE = FLAGS.metrics_export_url.variable;

/** Push settings from environment variables, which keep credentials out of command lines and files. */
export interface PushEnvironment {
  readonly authorization: string | undefined;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
}

/** Push URL of the environment; an invalid one is reported. */
export function readPushUrl({ env }: PlanInputs, report: ReportProblem): ServerUrl | undefined {
  const text = env[PUSH_URL_VARIABLE] || undefined;
  const url = text === undefined ? undefined : parsePushUrl(text);
  if (url === undefined || !isFault(url)) return url;
  report(PUSH_URL_VARIABLE, url.message, url.hint);
  return undefined;
}

/** Reads the variables and the files that they name. An empty variable counts as unset. Values are never repeated. */
export function readPushEnvironment(surroundings: PlanInputs, report: ReportProblem): PushEnvironment {
  const { env } = surroundings;
  const get = (name: string): string | undefined => env[PREFIX + name] || undefined;
  const contents = (name: string): string | undefined => readEnvironmentFile(PREFIX + name, surroundings, report);
  for (const [one, other] of [
    ['BEARER_TOKEN', 'BEARER_TOKEN_FILE'],
    ['BEARER_TOKEN', 'USERNAME'],
    ['BEARER_TOKEN_FILE', 'USERNAME'],
  ] as const) {
    const both = get(one) !== undefined && get(other) !== undefined;
    if (both) report(PREFIX + one, `${PREFIX + other} is given too`, 'keep one of the two');
  }
  for (const [one, other] of [
    ['PASSWORD', 'USERNAME'],
    ['CERT_FILE', 'KEY_FILE'],
    ['KEY_FILE', 'CERT_FILE'],
  ] as const) {
    if (get(one) !== undefined && get(other) === undefined) report(PREFIX + one, `needs ${PREFIX + other}`);
  }
  const username = get('USERNAME');
  const token = get('BEARER_TOKEN') ?? contents('BEARER_TOKEN_FILE')?.trim();
  if (token !== undefined && !HEADER_VALUE.test(token)) report(`${PREFIX}BEARER_TOKEN`, 'must be a token on one line');
  return {
    authorization:
      username === undefined ? token && `Bearer ${token}` : basicAuthorization(username, get('PASSWORD') ?? ''),
    headers: headersOf(get('HEADERS') ?? '', report),
    tls: {
      ca: contents('CA_FILE'),
      cert: contents('CERT_FILE'),
      key: contents('KEY_FILE'),
      serverName: undefined,
      insecureSkipVerify: false,
    },
  };
}

/** `Name=value,Name=value`, values percent-encoded where they hold a comma or a percent sign. */
function headersOf(text: string, report: ReportProblem): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const [name, encoded] = splitOnce(pair, '=') ?? ['', ''];
    const value = decode(encoded);
    if (headerName.safeParse(name).success && value !== undefined && HEADER_VALUE.test(value)) {
      headers[name.toLowerCase()] = value;
    } else {
      report(`${PREFIX}HEADERS`, 'must be Name=value,Name=value', 'a comma in a value is written %2C, a % is %25');
    }
  }
  return headers;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
