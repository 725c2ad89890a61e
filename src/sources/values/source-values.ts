import type { SourceScrape } from '../attempt.ts';
import type { SeriesValue } from '../parse/series.ts';

/** Number of intervals after which a value without a new reading is stale. */
const KNOWN_FOR_INTERVALS = 3;

/** The last values of a source, and whether they are still current. */
export class SourceValues {
  readonly #intervalMs: number;
  #byName: ReadonlyMap<string, readonly SeriesValue[]> | undefined;
  #reading: SourceScrape | undefined;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** The last reading; `undefined` before the first. */
  get reading(): SourceScrape | undefined {
    return this.#reading;
  }

  set(reading: SourceScrape): void {
    this.#reading = reading;
    this.#byName = undefined;
  }

  /** Whether the last reading is still current: one or two attempts may fail. */
  isKnown(nowMs: number): boolean {
    return this.#reading !== undefined && nowMs - this.#reading.atMs < KNOWN_FOR_INTERVALS * this.#intervalMs;
  }

  /** Series of a name in the last reading. */
  named(name: string): readonly SeriesValue[] {
    this.#byName ??= groupByName(this.#reading?.values ?? []);
    return this.#byName.get(name) ?? [];
  }
}

function groupByName(values: readonly SeriesValue[]): ReadonlyMap<string, readonly SeriesValue[]> {
  const byName = new Map<string, SeriesValue[]>();
  for (const value of values) {
    const same = byName.get(value.series.name);
    if (same === undefined) byName.set(value.series.name, [value]);
    else same.push(value);
  }
  return byName;
}
