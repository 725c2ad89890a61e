import { SeriesLabels } from './series-labels.ts';

/** A job as its labels tell it. */
interface LabelledJob {
  readonly name: string;
  readonly uuid: string;
  /** Label `job_type`. */
  readonly type: string;
}

/** The four labels that every series about a job carries, kept for as long as the job is exposed. */
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

  /** A reading is over: jobs that nobody asked for since the one before are forgotten. */
  forgetUnused(): void {
    this.#known = this.#used;
    this.#used = new Map();
  }
}
