import { DEFAULT_AGENT_URI } from '../agent/agent-uri.ts';
import type { ControlClient } from '../agent/control-client.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import { EXIT, exitCodeOf } from '../shared/exit-status.ts';
import { openClient } from './agent-client.ts';
import type { AgentsFlags } from './agent-options.ts';
import type { CommandIo } from './command-io.ts';

/** Answer of one agent, or why there is none. */
export interface AgentAnswer<T> {
  readonly uri: string;
  readonly value: T | undefined;
  readonly error: string | undefined;
  /** Exit code of the command, as far as this agent is concerned. */
  readonly exitCode: number;
}

/** Addresses that the flags name. */
export function agentUris({ agentUri }: AgentsFlags): readonly string[] {
  return [...new Set(agentUri ?? [DEFAULT_AGENT_URI])];
}

/**
 * Asks all agents of the flags at the same time.
 * @throws the error of the agent if there is only one; else each answer has its error
 */
export async function askAgents<T>(
  flags: AgentsFlags,
  io: CommandIo,
  ask: (client: ControlClient, uri: string) => Promise<T>,
): Promise<readonly AgentAnswer<T>[]> {
  const uris = agentUris(flags);
  const askOne = async (uri: string): Promise<T> => ask(await openClient({ ...flags, agentUri: uri }, io), uri);
  if (uris.length === 1 && uris[0] !== undefined) {
    return [{ uri: uris[0], value: await askOne(uris[0]), error: undefined, exitCode: EXIT.ok }];
  }
  return Promise.all(
    uris.map(async (uri) => {
      try {
        return { uri, value: await askOne(uri), error: undefined, exitCode: EXIT.ok };
      } catch (error) {
        const exitCode = error instanceof LoadbotError ? exitCodeOf(error.code) : EXIT.internal;
        return { uri, value: undefined, error: messageOf(error), exitCode };
      }
    }),
  );
}

/** The highest exit code of the answers; errors go to standard error. */
export function worstExitCode(answers: readonly AgentAnswer<unknown>[], io: CommandIo): number {
  for (const { error } of answers) if (error !== undefined) io.stderr.write(`error: ${error}\n`);
  return Math.max(...answers.map(({ exitCode }) => exitCode));
}
