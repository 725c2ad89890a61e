/** Decides when a run's jobs may start, and hears when their load begins and ends. */
export interface Gates {
  /**
   * Resolves when the job may start, or has no more reason to wait because the signal has fired. Never rejects.
   * @param job its index in the plan
   */
  pass(job: number, signal: AbortSignal): Promise<void>;
  /** The load of a job begins; its sessions are open. */
  loadBegins(job: number): void;
  /** It has ended, however. */
  loadEnds(job: number): void;
}

/** For runs in which nothing is waited for. */
export const OPEN_GATES: Gates = {
  pass: () => Promise.resolve(),
  loadBegins: () => {},
  loadEnds: () => {},
};
