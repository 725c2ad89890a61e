/** The machine of a run. */
export interface ResultEnvironment {
  readonly cpu_model: string;
  readonly cpus: number;
  /** CPUs that the container may use; `null`: no limit. */
  readonly cpu_limit: number | null;
  readonly memory_bytes: number;
  readonly memory_limit_bytes: number | null;
  readonly system: string;
  readonly kernel: string;
  readonly arch: string;
  readonly node: string;
}

/** Metrics that a run read from one source. */
export interface ResultMetrics {
  readonly name: string;
  readonly url: string;
  readonly profile: string | null;
  readonly interval_seconds: number;
  readonly calls: number;
  readonly failures: number;
  readonly bad_lines: number;
  readonly series: readonly {
    readonly name: string;
    readonly type: string | null;
    readonly labels: Readonly<Record<string, string>>;
    /** Seconds since the start of the run, and value. */
    readonly points: readonly (readonly [seconds: number, value: number | null])[];
  }[];
}
