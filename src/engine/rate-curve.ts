import type { RateSegment } from '../plan/plan.ts';

/** A segment with what came before it: where it begins in time and in arrivals. */
interface Piece {
  readonly startMs: number;
  readonly durationMs: number;
  /** Arrivals before this piece. */
  readonly arrivals: number;
  /** Per millisecond. */
  readonly fromRate: number;
  /** Change of the rate per millisecond, per millisecond. */
  readonly slope: number;
}

/**
 * A rate over time, and its inverse: when has the curve called for so many arrivals? The last rate holds for ever.
 * Pure: it never reads a clock.
 */
export class RateCurve {
  readonly #pieces: readonly Piece[];

  /** @param segments rates per second; one of no duration is a jump */
  constructor(segments: readonly RateSegment[]) {
    const pieces: Piece[] = [];
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

  /** Milliseconds from the start until the curve has called for `arrivals`; `Infinity` when it never does. */
  timeOf(arrivals: number): number {
    const pieces = this.#pieces;
    let index = 0;
    // The last piece that begins at or before this many arrivals; a piece at rate 0 is passed over.
    while (index + 1 < pieces.length && pieces[index + 1]!.arrivals <= arrivals) index++; // inside the list
    const piece = pieces[index]!; // there is always a last one
    const due = arrivals - piece.arrivals;
    if (due <= 0) return piece.startMs;
    // due = fromRate * t + slope / 2 * t^2, solved for t in the form that does not cancel when slope is near 0.
    const root = Math.sqrt(Math.max(0, piece.fromRate ** 2 + 2 * piece.slope * due));
    const divisor = piece.fromRate + root;
    return divisor === 0 ? Infinity : piece.startMs + Math.min((2 * due) / divisor, piece.durationMs);
  }

  /** Arrivals per second that the curve calls for at this moment; within a jump, those after it. */
  rateAt(elapsedMs: number): number {
    const piece = this.#pieces.findLast(({ startMs }) => startMs <= elapsedMs);
    return piece === undefined ? 0 : (piece.fromRate + piece.slope * (elapsedMs - piece.startMs)) * 1000;
  }

  /** Arrivals that the curve calls for within the first `elapsedMs`; fractions included. */
  arrivalsBy(elapsedMs: number): number {
    const piece = this.#pieces.findLast(({ startMs }) => startMs <= elapsedMs);
    if (piece === undefined) return 0;
    const within = elapsedMs - piece.startMs;
    return piece.arrivals + piece.fromRate * within + (piece.slope / 2) * within ** 2;
  }
}
