import type { Labels } from './family.ts';
import { formatGoFloat } from './text.ts';

/**
 * Label sets of one job's series. Returns the same objects at every collection, so that a writer can cache their text,
 * which would take most of the time of a scrape.
 */
export class SeriesLabels {
  /** Labels common to all series of the job. */
  readonly own: Labels;
  readonly #parts = new Map<string, SeriesLabels>();
  readonly #more = new WeakMap<readonly unknown[], readonly Labels[]>();

  constructor(own: Labels) {
    this.own = own;
  }

  /**
   * Returns the label sets with one more label, one per value.
   * @param values the identical array for the same values (cache key)
   */
  each(name: string, values: readonly string[]): readonly Labels[] {
    return this.#keep(values, () => values.map((value) => this.#with(name, value)));
  }

  /** Returns the labels of a subset of the job's series, with one more label. */
  part(name: string, value: string): SeriesLabels {
    const key = `${name}=${value}`;
    let part = this.#parts.get(key);
    if (part === undefined) this.#parts.set(key, (part = new SeriesLabels(this.#with(name, value))));
    return part;
  }

  /** Returns the label sets with `le`, one per bucket, the last with `+Inf`. */
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

/** Identity of a job in its labels. */
interface LabelledJob {
  readonly name: string;
  readonly uuid: string;
  /** Label `job_type`. */
  readonly type: string;
  /** Label `step`; empty: none. */
  readonly step: string;
}

/** Caches the labels that every series of a job has, while the job is exposed. */
export class JobLabels {
  #known = new Map<string, SeriesLabels>();
  #used = new Map<string, SeriesLabels>();

  of({ name, uuid, type, step }: LabelledJob, agent: string): SeriesLabels {
    const key = `${uuid}/${type}/${step}`;
    const known = this.#used.get(key) ?? this.#known.get(key);
    const labels =
      known ?? new SeriesLabels({ job: name, job_uuid: uuid, job_type: type, ...(step !== '' && { step }), agent });
    this.#used.set(key, labels);
    return labels;
  }

  /** Ends a collection: drops the labels of jobs that were not requested since the previous call. */
  evictUnused(): void {
    this.#known = this.#used;
    this.#used = new Map();
  }
}
