import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, readResult, scratchFile } from '../agent.ts';

/** Result of a run that was stopped. */
export interface Ending {
  /** Milliseconds from the last signal to the exit. */
  readonly tookMs: number;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** `end` of the result file; `undefined`: the run wrote no result. */
  readonly end: string | undefined;
  readonly partial: boolean | undefined;
  readonly stderr: string;
}

/** The first: later than this a supervisor would have killed it. */
const KILL_AFTER_MS = 30_000;

export interface EndingOptions {
  /** Flags of `run`, with the workload. */
  readonly args: readonly string[];
  /** Resolves at the moment of the signal. */
  readonly until: (agent: Agent) => Promise<unknown>;
  /** Whether a second signal follows the first. */
  readonly twice: boolean;
  readonly signal?: NodeJS.Signals;
  /** Where the result goes; a file of its own without. */
  readonly out?: string;
}

/** Runs a load, waits for its moment, and ends it by one signal or two. */
export async function endRun({ args, until, twice, signal = 'SIGTERM', out }: EndingOptions): Promise<Ending> {
  const file = out ?? scratchFile('json');
  const agent = new Agent(['run', ...args, '--out', file]);
  const { child } = agent;
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  await Promise.race([until(agent), exited]);
  let beganMs = performance.now();
  child.kill(signal);
  if (twice && child.exitCode === null) {
    await Promise.race([agent.sees(/once more to leave at once/), exited, sleep(5000)]).catch(() => {});
    beganMs = performance.now();
    child.kill(signal);
  }
  const killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  const [status, killedBy] = await exited;
  const tookMs = performance.now() - beganMs;
  clearTimeout(killer);
  // Pipes of a process that ended may still hold its last lines.
  await Promise.race([agent.ended, sleep(2000)]);
  const result = out === undefined && existsSync(file) ? readResult(file) : undefined;
  const { stderr } = agent;
  return { tookMs, status, signal: killedBy, end: result?.end, partial: result?.partial, stderr };
}
