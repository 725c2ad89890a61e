import { axiosConnection, DEFAULT_TLS } from '../shared/network/axios-connection.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { LoadbotError, messageOf, type Diagnostic } from '../shared/errors.ts';
import { findBeyondJsonBounds } from '../shared/json.ts';
import { formatMs } from '../shared/units.ts';
import type { PaceRequest } from '../engine/steering.ts';
import { parseAgentUri } from './agent-uri.ts';
import { readStatusDocument, type StatusDocument } from './status-document.ts';
import type { RunEntry } from '../run-store/run-entry.ts';
import type { WorkloadText } from './control-routes.ts';

/**
 * Client of an agent's control API.
 * Every call throws a {LoadbotError}: `agent_unreachable` without an answer of an agent; `agent_busy` or `config_invalid`
 * when the agent refuses.
 */
export interface ControlClient {
  status(): Promise<StatusDocument>;
  /**
   * Requests a stop; does not wait for the end of the run.
   * @param drainMs replaces the drain time of the jobs
   */
  stop(drainMs?: number): Promise<StatusDocument>;
  pause(): Promise<StatusDocument>;
  resume(): Promise<StatusDocument>;
  /** Changes the pace of running jobs: requests per second, or a factor. */
  pace(change: PaceRequest): Promise<StatusDocument>;
  connections(connections: number, job: string | undefined): Promise<StatusDocument>;
  /** Starts a run; without a workload, of the agent's configured one. */
  start(workload: WorkloadText | undefined): Promise<StatusDocument>;
  /** Configures the agent's workload. */
  configure(workload: WorkloadText): Promise<void>;
  /** The agent's configured workload. */
  config(): Promise<WorkloadText>;
  /**
   * Result of a past run, in the format of the result file.
   * @param run its id, or the beginning of it; absent: the last run
   */
  result(run?: string): Promise<unknown>;
  /** Past runs, the newest first. */
  runs(): Promise<readonly RunEntry[]>;
  /** Switches debug messages on or off, or leaves them; returns whether they are on. */
  debug(on: boolean | undefined): Promise<boolean>;
}

/** Timeout of most requests. An answer takes milliseconds, even on a machine under load. */
const TIMEOUT_MS = 5000;
/** Timeout of a start: a large workload takes seconds to parse, and the target may be slow to connect to. */
const START_TIMEOUT_MS = 60_000;
/** A status takes about a kilobyte a job. */
const MAX_RESPONSE_BYTES = 50_000_000;
/** Levels of a workload, and of a result around it. */
const MOST = {
  levels: WORKLOAD_LIMITS.levels + 20,
  containers: WORKLOAD_LIMITS.resultContainers,
  fields: WORKLOAD_LIMITS.resultFields,
};

interface ControlClientOptions {
  /** Token of the control API; absent: none. */
  readonly token?: string | undefined;
  /** Timeout of most requests. */
  readonly timeoutMs?: number;
}

/**
 * @param agentUri `HOST:PORT`
 * @throws {LoadbotError} `config_invalid` when it is not one
 */
export function createControlClient(
  agentUri: string,
  { token, timeoutMs = TIMEOUT_MS }: ControlClientOptions = {},
): ControlClient {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const url = parseAgentUri(agentUri);
  const ask = async (
    method: 'GET' | 'POST',
    path: string,
    body: unknown = {},
    withinMs = timeoutMs,
  ): Promise<unknown> => {
    try {
      // Loaded by client commands only, not by a run.
      const { default: axios } = await import('axios');
      const { status, data } = await axios.request<string>({
        method,
        url: url + path,
        headers: {
          'user-agent': 'loadbot-agent',
          ...(method === 'POST' && { 'content-type': 'application/json' }),
          ...authorization,
        },
        ...(method === 'POST' && { data: JSON.stringify(body) }),
        // Environment proxies do not apply to loopback.
        ...axiosConnection({ url, tls: DEFAULT_TLS, proxy: undefined }, MAX_RESPONSE_BYTES),
        responseType: 'text',
        // Else axios would parse it, however deep it is.
        transformResponse: (text: string) => text,
        // Bounds the whole exchange.
        signal: AbortSignal.timeout(withinMs),
      });
      return judge(status, parseAnswer(data), url);
    } catch (error) {
      throw error instanceof LoadbotError ? error : explain(error, url, withinMs);
    }
  };
  const statusOf = async (answer: Promise<unknown>): Promise<StatusDocument> => {
    const document = readStatusDocument(await answer);
    if (document === undefined) throw notAnAgent(url, 200);
    return document;
  };
  return {
    status: () => statusOf(ask('GET', '/status')),
    stop: (drainMs) => statusOf(ask('POST', '/stop', drainMs === undefined ? {} : { drain_seconds: drainMs / 1000 })),
    pause: () => statusOf(ask('POST', '/pause')),
    resume: () => statusOf(ask('POST', '/resume')),
    pace: (change) => statusOf(ask('POST', '/pace', change)),
    connections: (connections, job) => statusOf(ask('POST', '/connections', { connections, job })),
    start: (workload) => statusOf(ask('POST', '/start', workload, START_TIMEOUT_MS)),
    configure: async (workload) => void (await ask('POST', '/config', workload, START_TIMEOUT_MS)),
    config: async () => {
      const { text, source } = (await ask('GET', '/config')) as Partial<WorkloadText>;
      if (typeof text !== 'string' || typeof source !== 'string') throw notAnAgent(url, 200);
      return { text, source };
    },
    result: (run) => ask('GET', run === undefined ? '/result' : `/runs/result?run=${encodeURIComponent(run)}`),
    runs: async () => {
      const { runs } = (await ask('GET', '/runs')) as { readonly runs?: unknown };
      if (!Array.isArray(runs)) throw notAnAgent(url, 200);
      return runs as RunEntry[];
    },
    debug: async (on) => {
      const answer = await (on === undefined ? ask('GET', '/debug') : ask('POST', '/debug', { debug: on }));
      return (answer as { readonly debug: boolean }).debug;
    },
  };
}

/**
 * Whether an agent that answered before has exited, rather than being slow: its port is closed, or closed during the
 * request.
 */
export function hasExited(error: unknown): boolean {
  const code = error instanceof LoadbotError ? codeOf(error.cause) : undefined;
  return code === 'ECONNREFUSED' || code === 'ECONNRESET';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** An answer as JSON; `undefined` where it is not, or has more levels than any of an agent. */
function parseAnswer(text: string): unknown {
  if (findBeyondJsonBounds(text, MOST) !== undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function judge(status: number, data: unknown, url: string): unknown {
  if (status >= 200 && status < 300) {
    if (typeof data === 'object' && data !== null) return data;
    throw notAnAgent(url, status);
  }
  const refusal = readRefusal(data);
  if (refusal === undefined) throw notAnAgent(url, status);
  const { error, ...options } = refusal;
  if (status === 409) throw new LoadbotError('agent_busy', error, options);
  if (status === 400) throw new LoadbotError('config_invalid', error, options);
  if (status === 401) throw unreachable(`the agent at ${url} refused (401): ${error}`, { hint: TOKEN_HINT });
  throw unreachable(`the agent at ${url} refused (${status}): ${error}`, options);
}

const TOKEN_HINT = 'set its token with --token_file FILE, or the variable LOADBOT_CONTROL_TOKEN';

function notAnAgent(url: string, status: number): LoadbotError {
  return unreachable(`${url} is not a loadbot agent (status ${status})`, {
    hint: 'set the address of the agent with -u/--agent-uri HOST:PORT',
  });
}

function explain(error: unknown, url: string, timeoutMs: number): LoadbotError {
  if (codeOf(error) === 'ERR_CANCELED') {
    return unreachable(`the agent at ${url} did not answer within ${formatMs(timeoutMs)}`, { cause: error });
  }
  if (codeOf(error) === 'ECONNREFUSED') {
    const port = url.slice(url.lastIndexOf(':') + 1);
    const hint = `start one with start-agent or run --port ${port}, or set its address with -u/--agent-uri HOST:PORT`;
    return unreachable(`no agent listens at ${url}`, { hint, cause: error });
  }
  return unreachable(`the agent at ${url} cannot be reached: ${messageOf(error)}`, { cause: error });
}

function unreachable(
  message: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): LoadbotError {
  return new LoadbotError('agent_unreachable', message, options);
}

/** Why an agent refuses a request. */
interface Refusal {
  readonly error: string;
  readonly hint?: string;
  readonly problems: readonly Diagnostic[];
}

/** Reads an answer of any content, leaving out fields of the wrong kind; `undefined`: it is not a refusal of an agent. */
export function readRefusal(data: unknown): Refusal | undefined {
  const { error, hint, problems } = Object(data) as { error?: unknown; hint?: unknown; problems?: unknown };
  if (typeof error !== 'string') return undefined;
  return {
    error,
    ...(typeof hint === 'string' && { hint }),
    problems: Array.isArray(problems) ? problems.flatMap(readProblem) : [],
  };
}

function readProblem(data: unknown): Diagnostic[] {
  const given = Object.entries(Object(data)).filter(([, value]) => typeof value === 'string');
  const { message, path, file, hint } = Object.fromEntries(given) as Partial<Record<keyof Diagnostic, string>>;
  if (message === undefined) return [];
  return [
    {
      message,
      ...(path !== undefined && { path }),
      ...(file !== undefined && { file }),
      ...(hint !== undefined && { hint }),
    },
  ];
}
