import type { Labels } from './family.ts';
import { formatGoFloat } from './go-float.ts';

/**
 * The labels of one job's series: the same objects at every reading, so that a writer can keep the text that it has made
 * of them. Most of a scrape's time would go into that text.
 */
export class SeriesLabels {
  /** Those that all of the job's series have. */
  readonly own: Labels;
  readonly #parts = new Map<string, SeriesLabels>();
  readonly #more = new WeakMap<readonly unknown[], readonly Labels[]>();

  constructor(own: Labels) {
    this.own = own;
  }

  /**
   * With one label more, for each of its values.
   * @param values the same array each time that they are the same
   */
  each(name: string, values: readonly string[]): readonly Labels[] {
    return this.#keep(values, () => values.map((value) => this.#with(name, value)));
  }

  /** The labels of a part of the job's series, which has one label more. */
  part(name: string, value: string): SeriesLabels {
    const key = `${name}=${value}`;
    let part = this.#parts.get(key);
    if (part === undefined) this.#parts.set(key, (part = new SeriesLabels(this.#with(name, value))));
    return part;
  }

  /** With `le`, for each bucket of these bounds, `+Inf` the last. */
  buckets(bounds: readonly number[]): readonly Labels[] {
    return this.#keep(bounds, () => [...bounds, Infinity].map((bound) => this.#with('le', formatGoFloat(bound))));
  }

  #with(name: string, value: string): Labels {
    return { ...this.own, [name]: value };
  }

  #keep(key: readonly unknown[], make: () => readonly Labels[]): readonly Labels[] {
    let labels = this.#more.get(key);
    if (labels === undefined) {
      labels = make();
      this.#more.set(key, labels);
    }
    return labels;
  }
}
