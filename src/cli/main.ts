import { setTimeout as pause } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { LoadbotError } from '../shared/errors.ts';
import { captureLibraryOutput, flushLibraryOutput } from '../shared/library-output.ts';
import { readStream } from '../shared/read-file.ts';
import { doctorCommand } from './commands/doctor.ts';
import { calibrateCommand } from './commands/calibrate.ts';
import { compareCommand } from './commands/compare.ts';
import { completionCommand } from './commands/completion.ts';
import {
  configCommand,
  debugCommand,
  progressCommand,
  resultCommand,
  startCommand,
  statusCommand,
} from './commands/clients.ts';
import { collectCommand, fleetCommand } from './commands/fleet.ts';
import { generateConfigCommand } from './commands/generate-config.ts';
import { importCommand } from './commands/import.ts';
import { profilesCommand } from './commands/profiles.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { runsCommand } from './commands/runs.ts';
import { searchCommand } from './commands/search.ts';
import { schemaCommand } from './commands/schema.ts';
import { connectionsCommand, paceCommand, pauseCommand, resumeCommand, stopCommand } from './commands/steering.ts';
import { startAgentCommand } from './commands/start-agent.ts';
import { targetCommand } from './commands/target.ts';
import { tryCommand } from './commands/try.ts';
import { validateCommand } from './commands/validate.ts';
import type { CommandIo, Exit } from './command-io.ts';
import { EXIT, exitCodeOf } from '../shared/exit-status.ts';
import { canonicalFlags, refuseLoadbotWords, refuseFirstWords } from './arguments.ts';
import { errorLog, printError, printErrorsTo } from './print-error.ts';
import { packageVersion } from '../metrics/read-build.ts';
import { terminateThreads } from '../shared/live-threads.ts';

const EXAMPLES = `
Examples:
  loadbot-agent run http://127.0.0.1:8080 -c 50    send load to a URL
  loadbot-agent run load.jsonc                     run a workload, watch it, read the summary
  loadbot-agent progress                           watch a run that was started with --port 1234
  loadbot-agent validate load.jsonc                check a workload, and show its plan
  loadbot-agent try load.jsonc                     send every request once, see the responses
  loadbot-agent import har shop.har > load.jsonc   make a workload of a recording
  loadbot-agent compare baseline.json result.json  find significant regressions
  loadbot-agent schema > workload.schema.json      the file format, for editors
  loadbot-agent calibrate                          measure the limits of this machine
  loadbot-agent search load.jsonc --job reads      find the highest pace that meets its thresholds
  loadbot-agent doctor --metrics_export_url URL    check that metrics arrive there
  loadbot-agent target --latency 20ms              serve a target with known latency
`;

/** Loads the module of `actions` with the name of the command. */
type Preload = (command: string) => void;

/** Hint for users of other load testers, who look for --duration and --rate. */
const AFTER_ERROR: Readonly<Record<string, string>> = {
  run: '(see --help; rate, duration and connections are flags beside a URL, and fields of the jobs in a workload file)',
};

/** Commands that only follow the run of an agent. */
const FOR_THE_READER: ReadonlySet<string> = new Set(['progress', 'start']);

/** Longest delay of the exit by threads blocked in the system: of an ended command, and after a second signal. */
const END_WITHIN_MS = 5000;
const LEAVE_WITHIN_MS = 30;
/** Time that readers of a stopped command's output have to read it. */
const FLUSH_WITHIN_MS = 1000;

/** The command `loadbot-agent`: the only place that ends the process. */
export async function main(process: NodeJS.Process, preload: Preload): Promise<void> {
  const io: CommandIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    readStdin: () => readStream(process.stdin, WORKLOAD_LIMITS.resultBytes),
  };
  captureLibraryOutput();
  // Errors outside of a command's own promises. A run has a listener of its own that saves its results.
  process.on('uncaughtException', (error) => {
    if (process.listenerCount('uncaughtException') > 1) return;
    printError(error, io.stderr);
    flushLibraryOutput(io.stderr);
    void endProcess(process, EXIT.internal, LEAVE_WITHIN_MS);
  });
  let started = '';
  const starts: Preload = (command) => preload((started = command));
  let outputFailure: NodeJS.ErrnoException | undefined;
  // A closed pipe, as in `loadbot-agent ... | head`, and a closed terminal do not change how a run or a comparison ends.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') outputFailure ??= error;
    else if (FOR_THE_READER.has(started)) process.exit(EXIT.ok);
  });
  process.stderr.on('error', () => {});
  const leave = (code: number): void => void endProcess(process, code, LEAVE_WITHIN_MS);
  const exitCode = await runMain(process.argv.slice(2), io, starts, leave);
  flushLibraryOutput(io.stderr);
  // A pipe holds 64 KiB: unread output would be lost.
  const flushed = Promise.all([process.stdout, process.stderr].map(flush));
  // After a signal, a reader that does not read is not waited for.
  await (exitCode === EXIT.stoppedBySignal ? Promise.race([flushed, pause(FLUSH_WITHIN_MS)]) : flushed);
  if (outputFailure !== undefined) {
    process.stderr.write(`error: cannot write to standard output: ${outputFailure.message}\n`);
  }
  await endProcess(process, exitCode === EXIT.ok && outputFailure ? EXIT.internal : exitCode, END_WITHIN_MS);
}

function flush(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

async function runMain(
  args: readonly string[],
  io: CommandIo,
  preload: Preload,
  now: (code: number) => void,
): Promise<number> {
  let exitCode: number = EXIT.ok;
  try {
    refuseLoadbotWords(args);
    refuseFirstWords(args);
    const program = createProgram(io, { with: (code) => (exitCode = code), now });
    for (const command of program.commands) {
      command.hook('preAction', () => {
        if (command.opts()['logFormat'] === 'json') printErrorsTo(errorLog(io.stderr));
        preload(command.name());
      });
    }
    await program.parseAsync(canonicalFlags(args, program), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.invalidInput;
    printError(error, io.stderr);
    return error instanceof LoadbotError ? exitCodeOf(error.code) : EXIT.internal;
  }
}

/** The command line: every command with its flags. */
export function createProgram(io: CommandIo, exit: Exit): Command {
  const program = new Command('loadbot-agent')
    .description('load testing with exact latencies, whose metrics are pushed or scraped while the load runs')
    .version(packageVersion(), '-v, --version')
    .addHelpText('after', EXAMPLES);
  const commands = [
    runCommand(io, exit),
    startAgentCommand(io, exit),
    startCommand(io, exit),
    statusCommand(io, exit),
    progressCommand(io, exit),
    stopCommand(io, exit),
    pauseCommand(io, exit),
    resumeCommand(io, exit),
    paceCommand(io, exit),
    connectionsCommand(io, exit),
    resultCommand(io),
    runsCommand(io, exit),
    configCommand(io),
    debugCommand(io),
    validateCommand(io),
    tryCommand(io, exit),
    importCommand(io),
    generateConfigCommand(io),
    reportCommand(io),
    compareCommand(io, exit),
    calibrateCommand(io, exit),
    searchCommand(io, exit),
    schemaCommand(io),
    targetCommand(io),
    doctorCommand(io, exit),
    profilesCommand(io, exit),
    fleetCommand(io, exit),
    collectCommand(io, exit),
    completionCommand(io),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .showHelpAfterError(AFTER_ERROR[command.name()] ?? '(see --help)')
      .configureOutput({ writeOut: (out) => io.stdout.write(out), writeErr: (err) => io.stderr.write(err) });
  }
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** Requests that occupy a thread of Node's pool, possibly forever. */
const POOLED: ReadonlySet<string> = new Set([
  'FSReqCallback',
  'FSReqPromise',
  'GetAddrInfoReqWrap',
  'GetNameInfoReqWrap',
]);
const CHECK_EVERY_MS = 5;

/**
 * Ends the process with an exit code. `process.exit` waits for threads that are blocked in the system: by a file on a mount that
 * hangs, or by a name server that does not answer. Then the process ends itself by SIGTERM, which waits for nothing.
 * @param withinMs how long blocked threads are waited for
 */
async function endProcess(process: NodeJS.Process, code: number, withinMs: number): Promise<void> {
  const untilMs = performance.now() + withinMs;
  const threads = { haveEnded: false };
  void terminateThreads().then(() => (threads.haveEnded = true));
  // Threads that have ended are known by the next turn of the event loop.
  await pause(0);
  while (!threads.haveEnded || isPoolBusy(process)) {
    if (performance.now() >= untilMs) {
      process.removeAllListeners('SIGTERM');
      process.kill(process.pid, 'SIGTERM');
      // A process with PID 1 ignores its own SIGTERM.
      break;
    }
    await pause(CHECK_EVERY_MS);
  }
  process.exit(code);
}

function isPoolBusy(process: NodeJS.Process): boolean {
  return process.getActiveResourcesInfo().some((name) => POOLED.has(name));
}
