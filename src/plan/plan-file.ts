/** How the memory of a plan is made of the bytes of a file; the same bytes give the same memory on any machine. */
export type FileReading =
  /** The bytes as they are. */
  | { readonly kind: 'body' }
  | {
      readonly kind: 'feeder';
      /** Name of the file as the workload has it: its ending selects the format. */
      readonly file: string;
      /** Columns that the workload names, present in the file or not. */
      readonly columns: readonly string[];
      /** `undefined`: that of the format. */
      readonly delimiter: string | undefined;
    }
  | {
      readonly kind: 'requests';
      /** The job's `requests_from`. */
      readonly entry: Readonly<Record<string, unknown>>;
      /** The run's. */
      readonly seed: number;
      /** Index of the job in the plan. */
      readonly index: number;
      /** Headers that the job sets or removes, in lower case. */
      readonly replaced: readonly string[];
      /** Variables in the file, such as `${TOKEN}`, and their values. */
      readonly variables: Readonly<Record<string, string>>;
    };

/** A file whose content is in the memory of a plan. */
export interface PlanFile {
  /** Absolute path. */
  readonly path: string;
  readonly reading: FileReading;
  /** Its memory in the plan, in the order of the reading. */
  readonly memory: readonly SharedArrayBuffer[];
}
