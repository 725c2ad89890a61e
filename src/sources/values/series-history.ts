/** A value and when it was read, on the run's clock. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

interface Bucket {
  /** Of its span of time, counted from the first point's. */
  readonly index: number;
  /** The lowest, the highest and the last of its time, in the order of time; one point where they are the same. */
  readonly points: readonly Point[];
}

/**
 * The values of one series over a whole run, in bounded room. While there is room, each of them; then spans of time of
 * equal length, of which the lowest, the highest and the last value are kept. When it gets full the spans are made twice as
 * long, so a peak is never lost and all of the run has the same resolution.
 */
export class SeriesHistory {
  readonly #maxPoints: number;
  #widthMs: number;
  #originMs: number | undefined;
  #buckets: Bucket[] = [];
  #count = 0;

  /**
   * @param intervalMs how often there is a value
   * @param maxPoints at least 3
   */
  constructor(intervalMs: number, maxPoints: number) {
    this.#widthMs = intervalMs;
    this.#maxPoints = maxPoints;
  }

  /** Points come in the order of time. */
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

/** Of several points the lowest, the highest and the last. Those that are as low or as high as the last need not be there. */
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
