import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatMs } from '../../shared/units.ts';
import { alignColumns } from '../../reports/terminal/text-width.ts';
import type { RunEntry } from '../../run-store/run-entry.ts';
import type { AgentsFlags } from '../agent-options.ts';
import { askAgents, worstExitCode } from '../agents.ts';
import type { CommandIo } from '../command-io.ts';

export interface RunsFlags extends AgentsFlags {
  readonly json?: boolean;
}

/** Past runs of one agent, or why they are not known. */
interface AgentRuns {
  readonly agent_uri: string;
  readonly runs: readonly RunEntry[];
  readonly error: string | null;
}

const TITLES = ['run', 'workload', 'started', 'time', 'requests', 'errors', 'verdict'];

/** Lists the past runs of agents, the newest first; returns the exit code: 1 if an agent does not answer. */
export async function listRuns(flags: RunsFlags, io: CommandIo): Promise<number> {
  const answers = await askAgents(flags, io, (client) => client.runs());
  const all = answers.map(({ uri, value = [], error = null }) => ({ agent_uri: uri, runs: value, error }));
  print(all, flags, io);
  return worstExitCode(answers, io);
}

function print(agents: readonly AgentRuns[], { json = false }: RunsFlags, io: CommandIo): void {
  if (json) return void io.stdout.write(`${JSON.stringify(agents, null, 2)}\n`);
  const isOne = agents.length === 1;
  const rows = agents.flatMap(({ agent_uri: uri, runs }) => runs.map((run) => rowOf(run, isOne ? [] : [uri])));
  const lines = rows.length === 0 ? ['no past runs'] : alignColumns([isOne ? TITLES : ['agent', ...TITLES], ...rows]);
  io.stdout.write(`${lines.join('\n')}\n`);
}

function rowOf(run: RunEntry, before: readonly string[]): string[] {
  const { run_id: id, workload, started_at: started, elapsed_seconds: seconds, requests, errors, interrupted } = run;
  const verdict = run.verdict ?? (interrupted ? `interrupted at ${run.ended_at.slice(0, 19)}Z` : run.end);
  return [
    ...before,
    id.slice(0, 8),
    workload,
    `${started.slice(0, 19)}Z`,
    formatMs(seconds * 1000),
    formatCount(requests),
    formatCount(errors),
    `${verdict}${run.exit_status === null ? '' : ` (${run.exit_status})`}`,
  ].map(sanitizeForTerminal);
}
