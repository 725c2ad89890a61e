import type { RateCurve } from './rate-curve.ts';

/** From some time on, arrivals are that much closer together. */
interface Scale {
  /** Number of arrivals before it. */
  readonly arrivals: number;
  /** Number of arrivals before it on the curve that is scaled. */
  readonly planned: number;
  readonly factor: number;
}

/**
 * A rate curve whose rate is multiplied by a factor that changes over time. Exact: from the time of a change on, the
 * number of arrivals grows by the factor times that of the curve, and arrivals before it stay where they are. All load
 * threads compute the same curve.
 */
export class ScaledCurve {
  readonly #curve: RateCurve;
  /** In chronological order. */
  readonly #scales: Scale[] = [{ arrivals: 0, planned: 0, factor: 1 }];

  constructor(curve: RateCurve) {
    this.#curve = curve;
  }

  /**
   * Changes the factor.
   * @param atMs milliseconds from the start, not before the last change
   */
  scale(atMs: number, factor: number): void {
    const last = this.#scales.at(-1)!; // never empty
    const planned = this.#curve.arrivalsBy(Math.max(0, atMs));
    const arrivals = last.arrivals + (planned - last.planned) * last.factor;
    this.#scales.push({ arrivals, planned, factor });
  }

  /** Milliseconds from the start to the given number of arrivals; `Infinity` if the curve never reaches it. */
  timeOfArrival(arrivals: number): number {
    const scales = this.#scales;
    let index = scales.length - 1;
    while (index > 0 && scales[index]!.arrivals > arrivals) index--; // inside the list
    const { arrivals: before, planned, factor } = scales[index]!; // likewise
    return this.#curve.timeOfArrival(planned + (arrivals - before) / factor);
  }
}
