import type { StartGates } from '../engine/gates.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';
import type { WaitDocument } from '../sources/documents.ts';
import { AbortConditions } from '../sources/gates/abort-conditions.ts';
import { StartConditions } from '../sources/gates/start-conditions.ts';
import type { Sources } from '../sources/sources.ts';
import type { MeasureSource } from '../thresholds/evaluate-external-threshold.ts';
import type { ComposeOptions } from './compose-options.ts';

/** Start conditions, abort conditions and source thresholds of a run. */
export interface RunGates extends StartGates {
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
export function createGates(
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
