/**
 * Measures the work of the main thread in a stretch of code: its time, but not more than the process computed in it, since
 * on a busy machine it waits for a processor.
 */
export class WorkMeter {
  #startMs = 0;
  #startCpu: NodeJS.CpuUsage = { user: 0, system: 0 };

  /** Begins a stretch of code. */
  begin(): void {
    this.#startMs = performance.now();
    this.#startCpu = process.cpuUsage();
  }

  /** Time since the beginning in milliseconds. */
  get tookMs(): number {
    return performance.now() - this.#startMs;
  }

  /** Work since the beginning in milliseconds. */
  get workMs(): number {
    const { user, system } = process.cpuUsage(this.#startCpu);
    return Math.min(this.tookMs, (user + system) / 1000);
  }
}
