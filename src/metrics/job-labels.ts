import { SeriesLabels } from './series-labels.ts';

/** Identity of a job in its labels. */
interface LabelledJob {
  readonly name: string;
  readonly uuid: string;
  /** Label `job_type`. */
  readonly type: string;
}

/** Caches the four labels that every series of a job has, while the job is exposed. */
export class JobLabels {
  #known = new Map<string, SeriesLabels>();
  #used = new Map<string, SeriesLabels>();

  of({ name, uuid, type }: LabelledJob, agent: string): SeriesLabels {
    const key = `${uuid}/${type}`;
    const known = this.#used.get(key) ?? this.#known.get(key);
    const labels = known ?? new SeriesLabels({ job: name, job_uuid: uuid, job_type: type, agent });
    this.#used.set(key, labels);
    return labels;
  }

  /** Ends a collection: drops the labels of jobs that were not requested since the previous call. */
  evictUnused(): void {
    this.#known = this.#used;
    this.#used = new Map();
  }
}
