/** Clocks that go on, or stop, when the process or the machine does not run; milliseconds. */
export interface Clocks {
  /** CPU time of the whole process. */
  readonly cpuMs: number;
  /** The system's clock, which may be set. */
  readonly wallMs: number;
  /** Since the machine was started, time in which it was suspended included; `undefined`: not known here. */
  readonly uptimeMs: number | undefined;
}

/** @param readText reads a file of the system; `undefined` where there is none */
export function readClocks(readText: (path: string) => string | undefined): Clocks {
  const { user, system } = process.cpuUsage();
  const uptime = Number.parseFloat(readText('/proc/uptime') ?? '');
  return {
    cpuMs: (user + system) / 1000,
    wallMs: Date.now(),
    uptimeMs: Number.isFinite(uptime) ? uptime * 1000 : undefined,
  };
}
