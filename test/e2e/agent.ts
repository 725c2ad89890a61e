import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseResultDocument } from '../../src/reports/document/parse-result-document.ts';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { running, scratchFile } from './clean-up.ts';

export { scratchFile } from './clean-up.ts';

/** Bound for hangs, below the time limit of a test: on a busy machine everything takes its time. */
const HANG_MS = 240_000;
const BIN = fileURLToPath(new URL('../../bin/loadbot-agent.js', import.meta.url));

/** A workload on disk. */
export function workloadFile(workload: unknown): string {
  const path = scratchFile('json');
  writeFileSync(path, JSON.stringify(workload));
  return path;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Agent {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;

  /**
   * @param isJudged whether a run may find that its own numbers are not to be trusted: other tests share the machine, and ask for
   * something else
   */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}, prefix: readonly string[] = [], isJudged = false) {
    const given = args[0] === 'run' && !isJudged ? ['run', '--allow_invalid', ...args.slice(1)] : args;
    const [command = process.execPath, ...rest] = [...prefix, process.execPath, BIN, ...given];
    this.child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    running.add(this.child);
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = once(this.child, 'close').then(([status]) => {
      running.delete(this.child);
      return { status: status as number | null, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** The first match of `pattern` in the output of either stream; waits for it to appear. */
  async sees(pattern: RegExp): Promise<RegExpExecArray> {
    const until = Date.now() + HANG_MS;
    for (;;) {
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (found !== null) return found;
      if (Date.now() > until || this.child.exitCode !== null) {
        throw new Error(`${String(pattern)} not seen in:\n${this.stdout}\n${this.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Runs the installed command to its end. */
export async function loadbot(args: readonly string[], input?: string): Promise<Ended> {
  const agent = new Agent(args);
  agent.child.stdin?.end(input ?? '');
  return agent.ended;
}

type EndedRun = Ended & { readonly result: ResultDocument };

/** Starts a workload; `ended` has its result file. */
export function startWorkload(
  workload: unknown,
  flags: readonly string[] = [],
): { readonly agent: Agent; readonly ended: Promise<EndedRun> } {
  const out = scratchFile('result.json');
  const agent = new Agent(['run', workloadFile(workload), '--out', out, ...flags]);
  agent.child.stdin?.end();
  return { agent, ended: agent.ended.then((ended) => ({ ...ended, result: readResult(out) })) };
}

/** Runs a workload to its end and reads its result file. */
export function runWorkload(workload: unknown, flags: readonly string[] = []): Promise<EndedRun> {
  return startWorkload(workload, flags).ended;
}

export function readResult(path: string): ResultDocument {
  return parseResultDocument(readFileSync(path, 'utf8'), path);
}
