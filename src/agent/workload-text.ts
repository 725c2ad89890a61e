/** A workload file as it is handed to an agent, which reads no workload files itself. */
export interface WorkloadText {
  readonly text: string;
  /** Absolute path of the file, or `stdin`: tells the name and what relative paths in the text are relative to. */
  readonly source: string;
}
