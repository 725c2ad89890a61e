/** A value and its time on the run's clock. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

interface Bucket {
  /** Index of the bucket, counted from the first point. */
  readonly index: number;
  /** Minimum, maximum and last point of the bucket, in time order; equal ones appear once. */
  readonly points: readonly Point[];
}

/**
 * Values of one series over a whole run, in bounded memory. It keeps every value while there is space, then buckets of
 * equal length with minimum, maximum and last value. When it is full, the bucket length doubles, so peaks are never
 * lost and the whole run has the same resolution.
 */
export class SeriesHistory {
  readonly #maxPoints: number;
  #widthMs: number;
  #originMs: number | undefined;
  #buckets: Bucket[] = [];
  #count = 0;

  /**
   * @param intervalMs read interval
   * @param maxPoints at least 3
   */
  constructor(intervalMs: number, maxPoints: number) {
    this.#widthMs = intervalMs;
    this.#maxPoints = maxPoints;
  }

  /** Adds a point; times must be in order. */
  add(point: Point): void {
    this.#originMs ??= point.atMs;
    const index = Math.floor((point.atMs - this.#originMs) / this.#widthMs);
    const last = this.#buckets.at(-1);
    if (last?.index === index) {
      this.#buckets.pop();
      this.#put({ index, points: extremes([...last.points, point]) }, -last.points.length);
    } else {
      this.#put({ index, points: [point] }, 0);
    }
    while (this.#count > this.#maxPoints) this.#halve();
  }

  get points(): readonly Point[] {
    return this.#buckets.flatMap(({ points }) => points);
  }

  #put(bucket: Bucket, change: number): void {
    this.#buckets.push(bucket);
    this.#count += bucket.points.length + change;
  }

  #halve(): void {
    this.#widthMs *= 2;
    const narrow = this.#buckets;
    this.#buckets = [];
    this.#count = 0;
    for (const bucket of narrow) {
      const index = Math.floor(bucket.index / 2);
      const before = this.#buckets.at(-1)?.index === index ? (this.#buckets.pop()?.points ?? []) : [];
      this.#put({ index, points: extremes([...before, ...bucket.points]) }, -before.length);
    }
  }
}

/** Minimum, maximum and last of several points. A minimum or maximum equal to the last point is omitted. */
function extremes(points: readonly Point[]): readonly Point[] {
  const last = points.at(-1);
  let lowest = last;
  let highest = last;
  for (const point of points) {
    if (lowest === undefined || point.value < lowest.value) lowest = point;
    if (highest === undefined || point.value > highest.value) highest = point;
  }
  return points.filter((point) => point === lowest || point === highest || point === last);
}
