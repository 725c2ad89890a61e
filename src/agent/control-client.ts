import type { AxiosResponse } from 'axios';
import { LoadbotError, messageOf } from '../core/errors.ts';
import { formatMs } from '../core/units.ts';
import { parseAgentUri } from './agent-uri.ts';
import { readStatusDocument, type StatusDocument } from './status-document.ts';

/**
 * Asks an agent's control API. Both give the status of its run.
 * Both throw a {LoadbotError} `agent_unreachable` when there is no answer, or none of an agent.
 */
export interface ControlClient {
  status(): Promise<StatusDocument>;
  /** Asks the run to stop, and does not wait until it has. */
  stop(): Promise<StatusDocument>;
}

/** An answer takes milliseconds, even from a machine under load. */
const TIMEOUT_MS = 5000;
/** A status takes about a kilobyte a job. */
const MAX_RESPONSE_BYTES = 50_000_000;

/**
 * @param agentUri `HOST:PORT`
 * @throws {LoadbotError} `config_invalid` when it is none
 */
export function createControlClient(agentUri: string, timeoutMs = TIMEOUT_MS): ControlClient {
  const url = parseAgentUri(agentUri);
  const ask = async (method: 'GET' | 'POST', path: string): Promise<StatusDocument> => {
    try {
      // Loaded by the commands that ask, not by a run.
      const { default: axios } = await import('axios');
      const response = await axios.request<unknown>({
        method,
        url: url + path,
        headers: { 'user-agent': 'loadbot-agent', ...(method === 'POST' && { 'content-type': 'application/json' }) },
        ...(method === 'POST' && { data: '{}' }),
        // A proxy that the environment names is not for what is on this machine.
        proxy: false,
        maxRedirects: 0,
        maxContentLength: MAX_RESPONSE_BYTES,
        // The whole exchange: axios' own timeout begins anew with every byte.
        signal: AbortSignal.timeout(timeoutMs),
        validateStatus: () => true,
      });
      return judge(response, url);
    } catch (error) {
      throw error instanceof LoadbotError ? error : explain(error, url, timeoutMs);
    }
  };
  return { status: () => ask('GET', '/status'), stop: () => ask('POST', '/stop') };
}

/** Whether an agent that has answered before is gone, rather than slow: its port is closed, or closed while it was asked. */
export function isGone(error: unknown): boolean {
  const code = error instanceof LoadbotError ? codeOf(error.cause) : undefined;
  return code === 'ECONNREFUSED' || code === 'ECONNRESET';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function judge({ status, data }: AxiosResponse<unknown>, url: string): StatusDocument {
  if (status >= 200 && status < 300) {
    const document = readStatusDocument(data);
    if (document !== undefined) return document;
  }
  const { error } = Object(data) as Record<string, unknown>;
  if (typeof error === 'string') throw unreachable(`the agent at ${url} refused (${status}): ${error}`);
  throw unreachable(`what listens at ${url} is no agent (status ${status})`, {
    hint: 'say where the agent is with -u/--agent-uri HOST:PORT',
  });
}

function explain(error: unknown, url: string, timeoutMs: number): LoadbotError {
  if (codeOf(error) === 'ERR_CANCELED') {
    return unreachable(`the agent at ${url} did not answer within ${formatMs(timeoutMs)}`, { cause: error });
  }
  if (codeOf(error) === 'ECONNREFUSED') {
    const port = url.slice(url.lastIndexOf(':') + 1);
    const hint = `start a run with --port ${port}, or say where one is with -u/--agent-uri HOST:PORT`;
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
