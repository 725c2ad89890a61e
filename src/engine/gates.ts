/** Start conditions of a run's jobs, with notifications of the start and end of their load. */
export interface StartGates {
  /**
   * Resolves when the job may start, or when the signal is aborted. Never rejects.
   * @param job index of the job in the plan
   */
  waitForStart(job: number, signal: AbortSignal): Promise<void>;
  /** The load of a job starts; its sessions are open. */
  loadBegins(job: number): void;
  /** The load of a job has ended: completed, failed or canceled. */
  loadEnds(job: number): void;
}

/** Gates without start conditions. */
export const noopGates: StartGates = {
  waitForStart: () => Promise.resolve(),
  loadBegins: () => {},
  loadEnds: () => {},
};
