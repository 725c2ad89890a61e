import { createRecordedRate } from './recorded-rate.ts';
import { shareOfPart, type JobPart } from '../plan/job-part.ts';
import type { Pacing, RateSegment, RequestJobPlan } from '../plan/plan.ts';

/** A rate segment with its start time and the number of arrivals before it. */
interface CurveSegment {
  readonly startMs: number;
  readonly durationMs: number;
  /** Arrivals before this segment. */
  readonly arrivals: number;
  /** Per millisecond. */
  readonly fromRate: number;
  /** Change of the rate: per millisecond, per millisecond. */
  readonly slope: number;
}

/**
 * A rate over time, and its inverse: the time at which a number of arrivals is reached. The last rate continues
 * forever. Pure: does not read a clock.
 */
export class RateCurve {
  readonly #pieces: readonly CurveSegment[];

  /** @param segments rates per second; a duration of 0 is a jump */
  constructor(segments: readonly RateSegment[]) {
    const pieces: CurveSegment[] = [];
    let startMs = 0;
    let arrivals = 0;
    for (const { durationMs, fromRate, toRate } of segments) {
      if (durationMs > 0) {
        const slope = (toRate - fromRate) / 1000 / durationMs;
        pieces.push({ startMs, durationMs, arrivals, fromRate: fromRate / 1000, slope });
        startMs += durationMs;
        arrivals += ((fromRate + toRate) / 2000) * durationMs;
      }
    }
    const lastRate = (segments.at(-1)?.toRate ?? 0) / 1000;
    pieces.push({ startMs, durationMs: Infinity, arrivals, fromRate: lastRate, slope: 0 });
    this.#pieces = pieces;
  }

  /** Milliseconds from the start to the given number of arrivals; `Infinity` if the curve never reaches it. */
  timeOfArrival(arrivals: number): number {
    const pieces = this.#pieces;
    let index = 0;
    // Finds the last segment that starts at or below this number of arrivals; skips segments at rate 0.
    while (index + 1 < pieces.length && pieces[index + 1]!.arrivals <= arrivals) index++; // inside the list
    const { startMs, durationMs, arrivals: before, fromRate, slope } = pieces[index]!; // never empty
    const due = arrivals - before;
    if (due <= 0) return startMs;
    // due = fromRate * t + slope / 2 * t^2, solved for t in the form that does not cancel when slope is near 0. A constant
    // rate needs no root.
    const toRate = slope === 0 ? fromRate : Math.sqrt(Math.max(0, fromRate * fromRate + 2 * slope * due));
    const divisor = fromRate + toRate;
    return divisor === 0 ? Infinity : startMs + Math.min((2 * due) / divisor, durationMs);
  }

  /** Rate in arrivals per second at this time; within a jump, the rate after it. */
  rateAt(elapsedMs: number): number {
    const piece = this.#pieces.findLast(({ startMs }) => startMs <= elapsedMs);
    return piece === undefined ? 0 : (piece.fromRate + piece.slope * (elapsedMs - piece.startMs)) * 1000;
  }

  /** Number of arrivals within the first `elapsedMs`, with fractions. */
  arrivalsBy(elapsedMs: number): number {
    const piece = this.#pieces.findLast(({ startMs }) => startMs <= elapsedMs);
    if (piece === undefined) return 0;
    const within = elapsedMs - piece.startMs;
    return piece.arrivals + piece.fromRate * within + (piece.slope / 2) * within ** 2;
  }
}

/**
 * Returns the target rate of a part of a job in requests per second, as a function of the milliseconds since the end of the
 * warm-up: 0 before and after the schedule. `undefined` for a job without a schedule.
 */
export function createTargetRate(job: RequestJobPlan, part: JobPart): ((elapsedMs: number) => number) | undefined {
  const { pacing, durationMs } = job;
  const share = shareOfPart(job, part);
  if (pacing.kind === 'unlimited' || share === undefined) return undefined;
  const rateAt = rateOf(pacing);
  return (elapsedMs) => (elapsedMs < 0 || elapsedMs >= durationMs ? 0 : share * rateAt(elapsedMs));
}

function rateOf(pacing: Exclude<Pacing, { kind: 'unlimited' }>): (elapsedMs: number) => number {
  if (pacing.kind === 'recorded') return createRecordedRate(pacing);
  const curve = new RateCurve(pacing.segments);
  return (elapsedMs) => curve.rateAt(elapsedMs);
}
