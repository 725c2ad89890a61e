import { takeCredentials, HEADER_VALUE, headerName } from '../workload/features/server.ts';
import { DEFAULTS } from '../workload/defaults.ts';
import { httpUrlFault, toFlagProblem } from '../workload/http-url.ts';
import { parseSize } from '../workload/values.ts';
import { LoadbotError, type Diagnostic } from '../shared/errors.ts';
import type { SourcePlan } from '../plan/source-plan.ts';
import { parseDuration } from '../shared/units.ts';
import { requireEnvironmentProxy } from '../workload/features/connection.ts';
import { splitOnce } from '../shared/text.ts';

/** The flags about one metrics endpoint, as commander gives them. */
export interface EndpointFlags {
  /** `Name: value` each. */
  readonly header?: readonly string[];
  readonly timeout: string;
}

/**
 * A source of everything that an endpoint exposes.
 * @throws {LoadbotError} `config_invalid` with all that is wrong; headers may be secret and are not repeated
 */
export function readEndpointFlags(text: string, { header = [], timeout }: EndpointFlags): SourcePlan {
  const problems: Diagnostic[] = [];
  const fault = httpUrlFault(text);
  if (fault !== undefined) problems.push(toFlagProblem('the URL', fault));
  const timeoutMs = parseDuration(timeout) ?? 0;
  if (timeoutMs === 0) problems.push({ path: '--timeout', message: 'must be a duration above 0, such as 10s' });
  const headers = header.map((line) => readHeader(line));
  if (headers.includes(undefined)) problems.push({ path: '--header', message: 'must be "Name: value"' });
  if (problems.length > 0) throw new LoadbotError('config_invalid', 'the flags are invalid', { problems });
  const { url, headers: ofUrl } = takeCredentials(text);
  const { max_bytes: maxBytes } = DEFAULTS.source;
  return {
    name: 'endpoint',
    origin: {
      kind: 'http',
      url,
      headers: { ...ofUrl, ...Object.fromEntries(headers.filter((pair) => pair !== undefined)) },
      tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false },
      proxy: requireEnvironmentProxy(url),
    },
    profile: undefined,
    intervalMs: timeoutMs + 1,
    timeoutMs,
    match: [],
    maxBytes: parseSize(maxBytes),
    maxSeries: MAX_SERIES,
  };
}

/** Limits for commands that only read names: all series are accepted. */
const MAX_SERIES = 1_000_000;

function readHeader(line: string): readonly [name: string, value: string] | undefined {
  const [name, value] = splitOnce(line, ':') ?? ['', ''];
  return headerName.safeParse(name).success && HEADER_VALUE.test(value) ? [name.toLowerCase(), value] : undefined;
}
