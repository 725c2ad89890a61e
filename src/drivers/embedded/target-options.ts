import type { LatencyDistribution } from './latency.ts';
import type { Stall } from './stall.ts';

/** How the embedded target behaves. */
export interface TargetOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Mean delay of a response, counted from the arrival of the request's head. */
  readonly latencyMs: number;
  readonly latencyDistribution: LatencyDistribution;
  /** Share of requests that are answered with 500 and otherwise ignored, from 0 to 1. */
  readonly errorRate: number;
  readonly stall: Stall | undefined;
  /** File that gets a line of JSON for each request; an existing one is added to. */
  readonly accessLog: string | undefined;
  /** Of the drawn delays and errors. */
  readonly seed: number;
}

/** A target without faults, on loopback. */
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
