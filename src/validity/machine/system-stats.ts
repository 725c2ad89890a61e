import { readCpuWaitMs } from './cpu-wait.ts';
import type { ReadText } from '../../shared/read-file.ts';
import { type CpuTime, readCpuTime } from './steal.ts';
import { findCpuStats, readThrottling, type Throttling } from './throttling.ts';

/** CPU statistics of the system; each is absent if unknown on this system. */
export interface SystemReading {
  readonly cpu: CpuTime | undefined;
  /** For the control group of this process and each of its ancestors. */
  readonly throttling: readonly (Throttling | undefined)[];
}

/** Operating system statistics of this process and its threads. Linux only; on other systems everything is absent. */
export class SystemStats {
  readonly #readText: ReadText;
  readonly #cpuStats: readonly string[];

  constructor(readText: ReadText) {
    this.#readText = readText;
    this.#cpuStats = findCpuStats(readText);
  }

  read(): SystemReading {
    return {
      cpu: readCpuTime(this.#readText),
      throttling: this.#cpuStats.map((path) => readThrottling(path, this.#readText)),
    };
  }

  /** @param threadId thread id of the operating system; 0: unknown */
  readCpuWaitMs(threadId: number): number | undefined {
    return threadId === 0 ? undefined : readCpuWaitMs(threadId, this.#readText);
  }
}
