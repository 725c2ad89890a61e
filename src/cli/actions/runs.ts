import { DEFAULT_AGENT_URI } from '../../agent/agent-uri.ts';
import { messageOf } from '../../shared/errors.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatMs } from '../../shared/units.ts';
import { alignColumns } from '../../reports/terminal/text-width.ts';
import type { RunEntry } from '../../run-store/run-entry.ts';
import { openClient } from '../agent-client.ts';
import type { CommandIo } from '../command-io.ts';
import type { TokenFlags } from '../control-options.ts';
import { EXIT } from '../../shared/exit-status.ts';

export interface RunsFlags extends TokenFlags {
  readonly agentUri?: readonly string[];
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
  const uris = flags.agentUri ?? [DEFAULT_AGENT_URI];
  if (uris.length === 1 && uris[0] !== undefined) {
    const runs = await (await openClient({ ...flags, agentUri: uris[0] }, io)).runs();
    print([{ agent_uri: uris[0], runs, error: null }], flags, io);
    return EXIT.ok;
  }
  const all = await Promise.all(uris.map((uri) => readRuns(uri, flags, io)));
  print(all, flags, io);
  for (const { error } of all) if (error !== null) io.stderr.write(`error: ${error}\n`);
  return all.some(({ error }) => error !== null) ? EXIT.internal : EXIT.ok;
}

async function readRuns(uri: string, flags: RunsFlags, io: CommandIo): Promise<AgentRuns> {
  try {
    return { agent_uri: uri, runs: await (await openClient({ ...flags, agentUri: uri }, io)).runs(), error: null };
  } catch (error) {
    return { agent_uri: uri, runs: [], error: messageOf(error) };
  }
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
