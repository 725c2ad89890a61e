import type { RunHandle } from '../agent/run-handle.ts';
import type { Family } from '../metrics/family.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunRecord } from '../recorder/run-record.ts';
import { thresholdFamilies } from '../thresholds/threshold-families.ts';
import { ThresholdMonitor } from '../thresholds/threshold-monitor.ts';
import type { DisposableStack } from './closers.ts';
import type { ComposeOptions } from './compose-options.ts';
import type { SystemObservation } from './observe.ts';
import { createNoopObservation } from './noop-observation.ts';
import { openTarget } from './open-target.ts';
import { createRunRecord } from './create-run-record.ts';
import { type GeneratorWatch, watchGenerator } from './watch-generator.ts';

/** Record, observation and thresholds of a run; opened before its load. */
export interface WatchedRun {
  /** The effective plan: its target is the one that receives the load. */
  readonly plan: Plan;
  readonly record: RunRecord;
  readonly observation: SystemObservation;
  readonly generator: GeneratorWatch;
  readonly thresholds: ThresholdMonitor;
  /** Exported families of the run, in addition to those of its requests. */
  readonly families: () => readonly Family[];
}

/** @throws {LoadbotError} when the target fails to start */
export async function watchRun(
  planned: Plan,
  run: RunHandle,
  options: ComposeOptions,
  closers: DisposableStack,
): Promise<WatchedRun> {
  const { clock } = options;
  const plan = { ...planned, target: await openTarget(planned, closers) };
  const observation = await openObservation(plan, run, options, closers);
  const record = createRunRecord(plan, observation.names, clock);
  const generator = watchGenerator(plan, clock);
  const thresholds = new ThresholdMonitor(plan.thresholds, observation.gates.measure);
  const families = (): readonly Family[] => [
    ...thresholdFamilies(thresholds.standings),
    ...generator.families(),
    ...observation.families(),
  ];
  return { plan, record, observation, generator, thresholds, families };
}

async function openObservation(
  plan: Plan,
  run: RunHandle,
  options: ComposeOptions,
  closers: DisposableStack,
): Promise<SystemObservation> {
  // Validation rejects phases, gates and source thresholds without sources.
  if (plan.sources.length === 0) return createNoopObservation();
  const { observe } = await import('./observe.ts');
  return observe(plan, (reason) => run.abort(reason), options, closers);
}
