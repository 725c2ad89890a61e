import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { percentileOf } from './known-target.ts';

/** By how many milliseconds a sleeping thread was woken too late, over the time of a measurement. */
export interface Lateness {
  /** The lateness that `percent` of all wake-ups do not exceed. */
  percentile(percent: number): number;
  readonly maxMs: number;
}

export interface LatenessProbe {
  stop(): Promise<Lateness>;
}

/** Wake-ups between the sending of a request and the time stamp of its response: the target's for the request and for its timer, and the client's. */
const WAKE_UPS = 3;
const SLEEP_MS = 2;

const SLEEPER = `
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const late = [];
  const sleep = () => {
    const before = performance.now();
    Atomics.wait(cell, 0, 0, ${SLEEP_MS});
    late.push(performance.now() - before - ${SLEEP_MS});
    setImmediate(sleep);
  };
  sleep();
  process.stdin.resume().on('end', () => process.stdout.write(JSON.stringify(late), () => process.exit()));
`;

/**
 * Starts a control beside a measurement: a process that sleeps for 2 ms again and again, and measures how late it wakes. A delay
 * that the machine causes shows in the control as well as in the measurement.
 */
export async function startLatenessProbe(): Promise<LatenessProbe> {
  const child = spawn(process.execPath, ['-e', SLEEPER], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child, 'spawn');
  return {
    async stop() {
      child.stdin.end();
      const late = JSON.parse(await text(child.stdout)) as number[];
      return { percentile: (percent) => percentileOf(late, percent), maxMs: Math.max(0, ...late) };
    },
  };
}

/**
 * The milliseconds that the machine can add to this percentile of a latency. A quiet machine adds some tenths of a millisecond, so
 * that a comparison stays sharp there.
 */
export function disturbanceMs(lateness: Lateness, percent: number): number {
  return WAKE_UPS * Math.max(0, lateness.percentile(percent));
}
