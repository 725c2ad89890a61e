/** Clocks that differ in whether they advance while the process or the machine is suspended; milliseconds. */
export interface Clocks {
  /** CPU time of the whole process. */
  readonly cpuMs: number;
  /** The system clock, which may be set. */
  readonly wallMs: number;
  /** Time since boot, including suspended time; `undefined`: unknown on this system. */
  readonly uptimeMs: number | undefined;
}

/** @param readText reads a system file; `undefined` if it does not exist */
export function readClocks(readText: (path: string) => string | undefined): Clocks {
  const { user, system } = process.cpuUsage();
  const uptime = Number.parseFloat(readText('/proc/uptime') ?? '');
  return {
    cpuMs: (user + system) / 1000,
    wallMs: Date.now(),
    uptimeMs: Number.isFinite(uptime) ? uptime * 1000 : undefined,
  };
}
