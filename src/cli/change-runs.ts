import type { ControlClient } from '../agent/control-client.ts';
import type { StatusDocument } from '../agent/status-document.ts';
import { alignColumns } from '../reports/terminal/text-width.ts';
import { sanitizeForTerminal } from '../shared/text.ts';
import type { AgentsFlags } from './agent-options.ts';
import { askAgents, worstExitCode } from './agents.ts';
import type { CommandIo } from './command-io.ts';
import { describeRun } from './status-listing.ts';

/** Changes the run of each agent and prints a line for each, which begins with `done`. */
export async function changeRuns(
  flags: AgentsFlags,
  io: CommandIo,
  change: (client: ControlClient) => Promise<StatusDocument>,
  done: string,
): Promise<number> {
  const answers = await askAgents(flags, io, change);
  const [first] = answers;
  if (answers.length === 1 && first?.value !== undefined) {
    io.stdout.write(`${describeAnswer(first.value, done)}\n`);
    return first.exitCode;
  }
  const rows = answers.map(({ uri, value, error = '' }) => [
    uri,
    value === undefined ? sanitizeForTerminal(`error: ${error}`) : describeAnswer(value, done),
  ]);
  io.stdout.write(`${alignColumns([['agent', 'result'], ...rows]).join('\n')}\n`);
  return worstExitCode(answers, io);
}

function describeAnswer(status: StatusDocument, done: string): string {
  if (status.run_id === null) return `${describeRun(status)} is idle: there is nothing to stop`;
  return `${done} ${describeRun(status)}`;
}
