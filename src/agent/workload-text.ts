/** Text of a workload file, as sent to an agent, which reads no workload files itself. */
export interface WorkloadText {
  readonly text: string;
  /** Absolute path of the file, or `stdin`: gives the name, and the base of relative paths in the text. */
  readonly source: string;
}
