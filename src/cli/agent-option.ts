import { Option } from 'commander';
import { DEFAULT_AGENT_URI } from '../agent/agent-uri.ts';

/** What every command that talks to an agent is told. */
export interface AgentFlags {
  readonly agentUri: string;
}

/** The flag that says which agent. */
export function agentOption(): Option {
  return new Option('-u, --agent-uri <host:port>', 'the agent to ask: the port that run was given by --port').default(
    DEFAULT_AGENT_URI,
  );
}
