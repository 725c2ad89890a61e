import type { StatusDocument } from '../../agent/status-document.ts';
import { alignColumns } from '../../reports/terminal/text-width.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import type { AgentsFlags } from '../agent-options.ts';
import { type AgentAnswer, askAgents, worstExitCode } from '../agents.ts';
import type { CommandIo } from '../command-io.ts';
import { AGENT_TITLES, agentRow, listStatus } from '../status-listing.ts';

export interface StatusFlags extends AgentsFlags {
  readonly json?: boolean;
}

/** Shows the status of an agent, or a line for each of several; returns the exit code. */
export async function showStatus({ json = false, ...flags }: StatusFlags, io: CommandIo): Promise<number> {
  const answers = await askAgents(flags, io, (client) => client.status());
  io.stdout.write(`${json ? JSON.stringify(toJson(answers), null, 2) : listAnswers(answers).join('\n')}\n`);
  return worstExitCode(answers, io);
}

/** One agent: its status; several: an entry for each. */
function toJson(answers: readonly AgentAnswer<StatusDocument>[]): unknown {
  const [first] = answers;
  if (answers.length === 1) return first?.value;
  return answers.map(({ uri, value, error }) => ({ agent_uri: uri, status: value ?? null, error: error ?? null }));
}

function listAnswers(answers: readonly AgentAnswer<StatusDocument>[]): readonly string[] {
  const [first] = answers;
  if (answers.length === 1 && first?.value !== undefined) return listStatus(first.value);
  const rows = answers.map(({ uri, value, error = '' }) => [
    uri,
    ...(value === undefined ? [sanitizeForTerminal(`error: ${error}`)] : agentRow(value)),
  ]);
  return alignColumns([AGENT_TITLES, ...rows]);
}
