import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Clock ticks a second in /proc; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Processor, cores and Node: the first line of a benchmark. */
export const MACHINE = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;

/** @param {string} command */
export function has(command) {
  return spawnSync('which', [command], { stdio: 'ignore' }).status === 0;
}

/** Server and client on different cores, if there are two and `taskset`. */
export const pinned = cpus().length >= 2 && has('taskset');

/**
 * The command that runs on one core.
 * @param {number} core @param {string[]} argv @returns {[string, string[]]}
 */
export function onCore(core, argv) {
  const [command = '', ...args] = argv;
  return pinned ? ['taskset', ['-c', String(core), command, ...args]] : [command, args];
}

/** Processor seconds of a process, user and system. @param {number} pid */
export function secondsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Processor seconds of all child processes that have ended, user and system. */
function childSeconds() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  // Counted from the state, the first field after the name: cutime is the 14th, cstime the 15th.
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

/**
 * Runs a command to its end.
 * @param {string[]} argv
 * @param {boolean} isPinned to the first core, where there are two
 * @param {readonly number[]} accepts exit statuses
 * @returns {Promise<{ output: string, cpuSeconds: number, status: number }>}
 */
export async function measure(argv, isPinned = true, accepts = [0]) {
  const before = childSeconds();
  const [command = '', ...args] = isPinned ? onCore(0, argv).flat() : argv;
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (!accepts.includes(status)) throw new Error(`${argv.join(' ')} ended with ${status}:\n${output}`);
  return { output, cpuSeconds: childSeconds() - before, status };
}

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
