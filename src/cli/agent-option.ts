import { Option } from 'commander';
import { DEFAULT_AGENT_URI } from '../agent/agent-uri.ts';

/** Flag of every command that is a client of an agent. */
export interface AgentFlags {
  readonly agentUri: string;
}

/** Adds the flag with the agent's address. */
export function agentOption(): Option {
  return new Option('-u, --agent-uri <host:port>', 'the agent to ask: the port that run was given by --port').default(
    DEFAULT_AGENT_URI,
  );
}
