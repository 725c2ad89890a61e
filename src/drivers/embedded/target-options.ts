import type { LatencyDistribution } from './latency.ts';
import type { StallSchedule } from './stall.ts';

/** Options of the embedded target. */
export interface TargetOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Mean response delay in milliseconds, counted from the arrival of the request's head. */
  readonly latencyMs: number;
  readonly latencyDistribution: LatencyDistribution;
  /** Ratio of requests that fail with 500 and have no other effect, from 0 to 1. */
  readonly errorRate: number;
  readonly stall: StallSchedule | undefined;
  /** File that receives one line of JSON per request; an existing file is appended to. */
  readonly accessLog: string | undefined;
  /** Seed of the random delays and errors. */
  readonly seed: number;
}

/** Options of a target without faults, on loopback. */
export const PLAIN_TARGET: TargetOptions = {
  host: '127.0.0.1',
  port: 0,
  latencyMs: 0,
  latencyDistribution: { kind: 'constant', spread: 0 },
  errorRate: 0,
  stall: undefined,
  accessLog: undefined,
  seed: 1,
};
