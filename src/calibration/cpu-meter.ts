import { cpus } from 'node:os';
import type { Clock, Timer } from '../shared/clock.ts';

/** Total CPU time at an instant; only differences are meaningful. */
export interface CpuReading {
  readonly epochMs: number;
  /** Seconds of this process, over all threads. */
  readonly processSeconds: number;
  /** Idle seconds and total seconds of this machine, over all CPUs. */
  readonly idleSeconds: number;
  readonly machineSeconds: number;
}

/** CPU usage during an interval. */
export interface CpuUse {
  /** Seconds of this process, over all threads. */
  readonly processSeconds: number;
  /** Used share of the machine's CPU time, by all processes, from 0 to 1; NaN if unknown. */
  readonly machineShare: number;
}

const EVERY_MS = 50;

/** Samples the CPU time periodically, so that the usage of any interval can be computed afterwards. */
export class CpuMeter {
  readonly #read: () => CpuReading;
  readonly #clock: Clock;
  readonly #readings: CpuReading[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, read: () => CpuReading = () => readCpu(clock)) {
    this.#clock = clock;
    this.#read = read;
  }

  start(): void {
    this.#readings.push(this.#read());
    this.#timer = this.#clock.after(EVERY_MS, () => this.start());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#readings.push(this.#read());
  }

  /** Usage between two epoch times in milliseconds; interpolated linearly between samples. */
  between(fromEpochMs: number, toEpochMs: number): CpuUse {
    const spent = (quantity: (reading: CpuReading) => number): number =>
      this.#at(toEpochMs, quantity) - this.#at(fromEpochMs, quantity);
    const machineSeconds = spent((reading) => reading.machineSeconds);
    return {
      processSeconds: spent((reading) => reading.processSeconds),
      machineShare: 1 - spent((reading) => reading.idleSeconds) / machineSeconds,
    };
  }

  #at(epochMs: number, quantity: (reading: CpuReading) => number): number {
    const after = this.#readings.find((reading) => reading.epochMs >= epochMs) ?? this.#readings.at(-1);
    const before = this.#readings.findLast((reading) => reading.epochMs <= epochMs) ?? this.#readings[0];
    if (before === undefined || after === undefined) return NaN;
    const spanMs = after.epochMs - before.epochMs;
    const share = spanMs > 0 ? (epochMs - before.epochMs) / spanMs : 0;
    return quantity(before) + share * (quantity(after) - quantity(before));
  }
}

function readCpu(clock: Clock): CpuReading {
  const { user, system } = process.cpuUsage();
  let idleMs = 0;
  let machineMs = 0;
  for (const { times } of cpus()) {
    idleMs += times.idle;
    machineMs += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return {
    epochMs: clock.epochMs(),
    processSeconds: (user + system) / 1e6,
    idleSeconds: idleMs / 1000,
    machineSeconds: machineMs / 1000,
  };
}
