import { draw32, streamKey } from '../../../src/shared/random.ts';
import { failure, OK } from '../../../src/shared/outcome.ts';
import { allocateTally, tallyLayout, readTally } from '../../../src/recorder/tally.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import type { JobSnapshot } from '../../../src/recorder/snapshot.ts';
import { type JobTimeline, JobTimelineRecorder } from '../../../src/analysis/job-timeline.ts';
import { BOUNDS, buildJob } from '../../snapshot-builder.ts';

/** Standard normal quantiles at the middles of so many equal parts: as fine as any percentile that is looked at here. */
const NORMAL = normalQuantiles(2 ** 16);

/** By inverting the distribution function step by step, which sums up the density. */
function normalQuantiles(count: number): Float64Array {
  const quantiles = new Float64Array(count);
  const step = 1e-5;
  let below = 0.5;
  let z = 0;
  for (let at = count / 2; at < count; at++) {
    const wanted = (at + 0.5) / count;
    while (below < wanted) {
      z += step;
      below += (step * Math.exp(-((z - step / 2) ** 2) / 2)) / Math.sqrt(2 * Math.PI);
    }
    quantiles[at] = z;
    quantiles[count - 1 - at] = -z;
  }
  return quantiles;
}

/** Random numbers of a seed, one after the other. */
export class Draws {
  readonly #key: number;
  #counter = 0;

  constructor(...seed: readonly (number | string)[]) {
    this.#key = streamKey(...seed);
  }

  normal(): number {
    return NORMAL[draw32(this.#key, this.#counter++) >>> 16] ?? 0;
  }
}

/** Result of a simulated request. */
export interface SimulatedRequest {
  readonly ms: number;
  readonly failed?: boolean;
  /** Whether the system under test was in its phase `backup`. */
  readonly inBackup?: boolean;
}

/** Plays a job of so many seconds into a real recorder, with a snapshot per second like a run, and returns the result. */
export function follow(
  seconds: number,
  requestsOf: (second: number) => readonly SimulatedRequest[],
): { readonly job: JobSnapshot; readonly course: JobTimeline } {
  const layout = tallyLayout(BOUNDS, false);
  const memory = allocateTally(layout);
  const ofBackup = allocateTally(layout);
  const recorder = new Recorder(memory, layout, [new Recorder(ofBackup, layout)]);
  const courses = new JobTimelineRecorder();
  const at = (second: number, ended: boolean): JobSnapshot => ({
    ...buildJob({ name: 'reads', status: ended ? 'completed' : 'in_progress', elapsedMs: second * 1000 }),
    measured: readTally([memory], layout),
    phases: [{ name: 'backup', inside: readTally([ofBackup], layout) }],
  });
  for (let second = 1; second <= seconds; second++) {
    for (const { ms, failed = false, inBackup = false } of requestsOf(second)) {
      const outcome = failed ? failure('timeout') : OK;
      recorder.start();
      recorder.finish(outcome, ms, ms);
      if (inBackup) recorder.finishIn(1, outcome, ms, ms);
    }
    courses.update(at(second, false), second);
  }
  const job = at(seconds, true);
  courses.update(job, seconds);
  return { job, course: courses.finish(job) };
}

/** Standard deviations of the logarithm of a latency: of its level, which lasts some seconds, and of each request. */
export interface Noise {
  readonly level: number;
  readonly request: number;
  /** How much of a second's level the next one keeps: 0 to 1. */
  readonly memory: number;
}

/** Requests whose latencies are lognormal around a median, on a level that wanders as real targets do. */
export function wandering(draws: Draws, rate: number, medianMs: number, { level, request, memory }: Noise) {
  let current = draws.normal() * level;
  return (): SimulatedRequest[] => {
    current = memory * current + Math.sqrt(1 - memory ** 2) * level * draws.normal();
    return Array.from({ length: rate }, () => ({ ms: medianMs * Math.exp(current + request * draws.normal()) }));
  };
}
