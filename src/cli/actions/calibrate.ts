import { availableParallelism } from 'node:os';
import { calibrate, type Calibration } from '../../calibration/calibrate.ts';
import { type CalibrationDocument, toCalibrationDocument } from '../../calibration/calibration-document.ts';
import { validateTarget } from '../../calibration/load.ts';
import { startNullServer } from '../../calibration/null-server.ts';
import { runTrial } from '../../calibration/run-trial.ts';
import { renderCalibration } from '../../calibration/render-calibration.ts';
import { noopProcessMetrics } from '../../compose/services.ts';
import { toFlagProblem } from '../../workload/http-url.ts';
import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { systemClock } from '../../shared/clock.ts';
import { LoadbotError, type Diagnostic } from '../../shared/errors.ts';
import { redactUrl } from '../../shared/redact.ts';
import { parseDuration } from '../../shared/units.ts';
import { readMachine } from '../../metrics/machine.ts';
import { readRevision } from '../../metrics/agent-families.ts';
import type { Plan } from '../../plan/plan.ts';
import { openOutput } from '../../reports/output/output.ts';
import { openTerminal } from '../../reports/terminal/terminal.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { openLog } from '../log-options.ts';
import { planWorkload } from '../../planning/plan-workload.ts';
import { Signals } from '../signals.ts';
import { readBuild } from '../../metrics/read-build.ts';

export interface CalibrateFlags {
  readonly duration: string;
  readonly threads: string;
  readonly connections: string;
  readonly json?: string;
}

/** Calibrates and prints the result; returns the exit code. */
export async function calibrateMachine(
  target: string | undefined,
  flags: CalibrateFlags,
  io: CommandIo,
  exit: Exit,
): Promise<number> {
  const settings = readFlags(target, flags);
  const { json } = flags;
  const output = json === undefined ? undefined : await openOutput(json, (text) => io.stdout.write(text));
  const document = await measure(settings, io, exit);
  if (document === undefined) {
    io.stderr.write('stopped before there was a result\n');
    return EXIT.stoppedBySignal;
  }
  await output?.write(`${JSON.stringify(document, undefined, 2)}\n`);
  // A report on standard output is the only text there.
  (json === '-' ? io.stderr : io.stdout).write(`${renderCalibration(document).join('\n')}\n`);
  return document.trustworthy ? EXIT.ok : EXIT.notTrustworthy;
}

interface Settings {
  readonly target: string | undefined;
  readonly durationMs: number;
  readonly threads: number;
  readonly connections: number;
}

const LEAST_MS = 2000;
const MOST_CONNECTIONS = 10_000;

/** @throws {LoadbotError} with everything that is wrong */
function readFlags(target: string | undefined, flags: CalibrateFlags): Settings {
  const problems: Diagnostic[] = [];
  const whole = (path: string, text: string, most: number): number => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!(number >= 1 && number <= most)) {
      problems.push({ path, message: `must be a whole number from 1 to ${most}, not ${JSON.stringify(text)}` });
    }
    return number;
  };
  const durationMs = parseDuration(flags.duration) ?? NaN;
  if (!(durationMs >= LEAST_MS)) {
    const message = `must be a duration of 2s or more, not ${JSON.stringify(flags.duration)}`;
    problems.push({ path: '--duration', message });
  }
  const fault = target === undefined ? undefined : validateTarget(target);
  if (fault !== undefined) problems.push(toFlagProblem('target', fault));
  const threads = whole('--threads', flags.threads, WORKLOAD_LIMITS.threads);
  const connections = whole('--connections', flags.connections, MOST_CONNECTIONS);
  if (problems.length > 0) throw new LoadbotError('config_invalid', 'the flags of calibrate are invalid', { problems });
  return { target, durationMs, threads, connections };
}

/** The finished document; `undefined` when a signal came first. */
async function measure(settings: Settings, io: CommandIo, exit: Exit): Promise<CalibrationDocument | undefined> {
  const { target, threads } = settings;
  const clock = systemClock();
  const log = openLog({ logLevel: 'error', logFormat: 'text' }, openTerminal(process.stderr, io.env), clock, {
    on: false,
  });
  const build = readBuild();
  const surface = { build, revision: readRevision(io.env), processMetrics: noopProcessMetrics };
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const signals = new Signals(() => exit.now(EXIT.stoppedBySignal));
  signals.stop({ stop, kill: stop }, log);
  const startedEpochMs = clock.epochMs();
  // Enough to keep up with the agent's threads, without taking their processors.
  const processes = Math.max(1, Math.min(2 * threads, availableParallelism() - threads));
  const server = target === undefined ? await startNullServer(processes) : undefined;
  const plan = (workload: string): Promise<Plan> => planLoad(workload, io);
  const options = { ...surface, clock, log, plan, signal: stopping.signal };
  try {
    const calibration: Calibration = await calibrate({
      ...settings,
      play: (load) => runTrial(target ?? server?.url ?? '', load, options),
      onProgress: (line) => io.stderr.write(`${line}\n`),
    });
    return toCalibrationDocument(calibration, {
      ...settings,
      target: target === undefined ? undefined : redactUrl(target),
      machine: readMachine(),
      version: build.version,
      startedEpochMs,
      endedEpochMs: clock.epochMs(),
    });
  } catch (error) {
    if (stopping.signal.aborted) return undefined;
    throw error;
  } finally {
    signals.release();
    await server?.close();
  }
}

async function planLoad(workload: string, io: CommandIo): Promise<Plan> {
  const { plan } = await planWorkload('-', {}, { ...io, readStdin: async () => workload });
  return plan;
}
