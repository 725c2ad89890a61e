/** Memory shared between a clock and the thread that sleeps until its next timer is due. */
export interface TimerMemory {
  readonly buffer: SharedArrayBuffer;
  /** `SCHEDULED`: due times set so far; `FIRED`: timers fired so far. */
  readonly counters: Int32Array;
  /** [0]: due time of the next timer, in milliseconds of the shared clock; `Infinity`: no timer is set. */
  readonly dueMs: Float64Array;
}

export const SCHEDULED = 0;
export const FIRED = 1;

const BYTES = 16;

export function timerMemory(buffer = new SharedArrayBuffer(BYTES)): TimerMemory {
  return { buffer, counters: new Int32Array(buffer, 0, 2), dueMs: new Float64Array(buffer, 8, 1) };
}
