import { systemClock } from '../../src/shared/clock.ts';
import type { Exposition } from '../../src/metrics/family.ts';
import { createMetricsRegistry } from '../../src/metrics/metrics-registry.ts';
import { tallyLayout } from '../../src/recorder/tally.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { RunRecord } from '../../src/recorder/run-record.ts';
import { BOUNDS } from '../snapshot-builder.ts';
import { registryOptions } from '../registry-options.ts';

/** A run whose requests a test makes up: everything from the recorder to the exposition is real. */
export interface LiveRun {
  /** Counts of the job with that index. */
  recorder(index: number): Recorder;
  readonly collect: () => Promise<Exposition>;
}

/** Begins a run with one paced job for each name. @param everything exemplars and `go_*` too */
export function startLiveRun(jobNames: readonly string[], agent = '186.12.9.19', everything = false): LiveRun {
  const clock = systemClock();
  const job = {
    type: 'write',
    paced: true,
    durationMs: Infinity,
    operations: Infinity,
    warmUpMs: 0,
    traced: everything,
  } as const;
  const jobs = new Map(jobNames.map((name, index) => [index, [{ ...job, name, uuid: `uuid-${index}` }]]));
  const record = new RunRecord({ agent, runId: 'run-1', workload: 'shop', jobs, bucketBounds: BOUNDS }, clock);
  const recorders = jobNames.map((_, index) => {
    const [jobRecord] = record.job(index);
    const [memory] = jobRecord?.open(1) ?? [];
    if (jobRecord === undefined || memory === undefined) throw new Error('no memory');
    jobRecord.begin(clock.nowMs());
    return new Recorder(memory.measured, tallyLayout(BOUNDS, true, everything));
  });
  const registry = createMetricsRegistry(registryOptions({ agent, clock, goCompat: everything }));
  return {
    recorder(index) {
      const recorder = recorders[index];
      if (recorder === undefined) throw new Error(`no job ${index}`);
      return recorder;
    },
    collect: () => registry.collect([record.snapshot()]),
  };
}
