import type { OpenedRun } from '../agent/opened-run.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';
import { type PhaseListener, CurrentPhases } from '../sources/current-phases.ts';
import { openSources, type Sources } from '../sources/sources.ts';
import type { DisposableStack, ComposeOptions } from './parts.ts';
import type { StartGates } from '../engine/schedule.ts';
import type { WaitDocument } from '../sources/documents.ts';
import { AbortConditions } from '../sources/gates/abort-conditions.ts';
import { StartConditions } from '../sources/gates/start-conditions.ts';
import type { MeasureSource } from '../thresholds/evaluate-external-threshold.ts';

/** Values of the sources, and time spans of the phases. */
type Observed = Awaited<ReturnType<OpenedRun['observed']>>;

/** Observation of the system under test during one run. */
export interface SystemObservation extends Pick<Sources, 'families' | 'start'> {
  /** Names of the phases. */
  readonly names: readonly string[];
  /** Bit mask of the active phases, for the load threads. */
  readonly memory: SharedArrayBuffer;
  /** Subscribes to the start and end of phases. */
  readonly follow: (listener: PhaseListener) => void;
  /** Start conditions, abort conditions and source thresholds. */
  readonly gates: RunGates;
  /** Values and phases so far. @param startedMs start of the run on its clock */
  readonly soFar: (startedMs: number) => Observed;
  readonly conclude: OpenedRun['observed'];
}

/** @param abort ends the run early with a reason */
export function observe(
  plan: Plan,
  abort: (reason: string) => void,
  options: ComposeOptions,
  closers: DisposableStack,
): SystemObservation {
  const { clock, log } = options;
  const sources = openSources(plan.sources, {
    clock,
    warn: (message) => log.warn(message),
    debug: (message) => log.debug(message),
  });
  const resolutionMs = Math.max(0, ...plan.sources.map(({ intervalMs }) => intervalMs));
  const phases = new CurrentPhases(plan.phases, sources, clock, resolutionMs);
  const gates = createGates(plan, sources, abort, options);
  closers.push(() => sources.stop());
  return {
    names: phases.phases.map(({ name }) => name),
    memory: phases.memory,
    families: () => sources.families(),
    follow: (listener) => phases.follow(listener),
    async start() {
      await sources.start();
      phases.start();
      gates.start();
    },
    gates,
    soFar: (startedMs) => ({
      sources: sources.toDocument(startedMs),
      phases: phases.toDocument(startedMs, clock.nowMs()),
    }),
    async conclude(startedMs, endedMs) {
      phases.stop();
      gates.end();
      await sources.stop();
      return { sources: sources.toDocument(startedMs), phases: phases.toDocument(startedMs, endedMs) };
    },
  };
}

/** Start conditions, abort conditions and source thresholds of a run. */
interface RunGates extends StartGates {
  /** The sources have been scraped for the first time. */
  start(): void;
  /** The load of the run has ended; the sources are scraped once more. */
  end(): void;
  readonly waits: () => readonly WaitDocument[];
  readonly measure: MeasureSource;
}

/**
 * @param sources not started yet
 * @param abort ends the run with a reason
 */
function createGates(
  plan: Plan,
  sources: Sources,
  abort: (reason: string) => void,
  { clock, log }: ComposeOptions,
): RunGates {
  const context = { sources, clock, log: (message: string) => log.info(message), abort };
  const waits = new StartConditions(plan.jobs, context);
  const guards = new AbortConditions(plan.jobs.filter(sendsRequests), context);
  const thresholds = plan.thresholds.filter((threshold) => threshold.kind === 'source');
  const measures = new Map(thresholds.map((threshold) => [threshold, sources.measure(threshold)]));
  const ofRun = thresholds.filter(({ job }) => job === '').map((threshold) => measures.get(threshold));
  const ofJob = (index: number) =>
    thresholds
      .filter(({ job, uuids }) => job !== '' && uuids.includes(plan.jobs[index]?.uuid ?? ''))
      .map((threshold) => measures.get(threshold));
  for (const measure of ofRun) measure?.begin();
  return {
    start: () => waits.start(),
    end() {
      waits.stop();
      for (const measure of ofRun) measure?.end();
    },
    waitForStart: (index, signal) => waits.pass(index, signal),
    loadBegins(index) {
      guards.begin(index);
      for (const measure of ofJob(index)) measure?.begin();
    },
    loadEnds(index) {
      guards.end(index);
      for (const measure of ofJob(index)) measure?.end();
    },
    waits: () => waits.toDocument(),
    measure: (threshold) => measures.get(threshold)?.measured() ?? { values: [], shortage: 'no source was scraped' },
  };
}
