import { Option, InvalidArgumentError } from 'commander';
import { DEFAULT_AGENT_URI } from '../agent/agent-uri.ts';
import { parseDuration } from '../shared/units.ts';
import type { TokenFlags } from './control-options.ts';
import { collect } from './plan-options.ts';

/** Flags of every command that is a client of an agent. */
export interface AgentFlags extends TokenFlags {
  readonly agentUri: string;
}

/** Adds the flag with the agent's address. */
export function agentOption(): Option {
  return new Option(
    '-u, --agent-uri <host:port>',
    'address of the control API, whose port --port of run or start-agent sets',
  ).default(DEFAULT_AGENT_URI);
}

/** Flags of commands that may address several agents. */
export interface AgentsFlags extends TokenFlags {
  readonly agentUri?: readonly string[];
}

/** The flag with the addresses of agents. */
export function agentsOption(): Option {
  return new Option(
    '-u, --agent-uri <host:port>',
    `address of the control API, whose port --port of run or start-agent sets; may be repeated (default: ${DEFAULT_AGENT_URI})`,
  ).argParser(collect);
}

/** Milliseconds between two status requests to an agent. */
const DEFAULT_MS = 1000;
const MIN_MS = 50;
const MAX_MS = 3_600_000;

/** The flag that says how often a run is shown; its value is in milliseconds. */
export function intervalOption(description: string): Option {
  return new Option('-i, --interval <duration>', `${description} (default: 1s)`).argParser(parseInterval);
}

/** The interval of a command in milliseconds, or its default. */
export function intervalOf(given: number | undefined): number {
  return given ?? DEFAULT_MS;
}

function parseInterval(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= MIN_MS && ms <= MAX_MS) return ms;
  throw new InvalidArgumentError('A duration from 50ms to 1h is expected, such as 200ms.');
}
