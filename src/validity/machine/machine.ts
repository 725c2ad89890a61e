import { readCpuWaitMs } from './cpu-wait.ts';
import type { ReadText } from '../../core/read-text-file.ts';
import { type CpuTime, readCpuTime } from './steal.ts';
import { findCpuStats, readThrottling, type Throttling } from './throttling.ts';

/** What the system tells about the CPUs so far; each is absent where it does not. */
export interface MachineReading {
  readonly cpu: CpuTime | undefined;
  /** Of the group of this process and of each group around it. */
  readonly throttling: readonly (Throttling | undefined)[];
}

/** What the system says about this process and its threads. Linux tells; elsewhere everything is absent. */
export class Machine {
  readonly #readText: ReadText;
  readonly #cpuStats: readonly string[];

  constructor(readText: ReadText) {
    this.#readText = readText;
    this.#cpuStats = findCpuStats(readText);
  }

  read(): MachineReading {
    return {
      cpu: readCpuTime(this.#readText),
      throttling: this.#cpuStats.map((path) => readThrottling(path, this.#readText)),
    };
  }

  /** @param threadId 0: unknown */
  readCpuWaitMs(threadId: number): number | undefined {
    return threadId === 0 ? undefined : readCpuWaitMs(threadId, this.#readText);
  }
}
