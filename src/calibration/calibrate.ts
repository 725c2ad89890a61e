import { formatCountOf, formatMs, formatRate } from '../core/units.ts';
import { supportedPercentileMs } from '../reports/percentiles.ts';
import { rateOf, requireAnswers } from './answers.ts';
import { findDoubts } from './doubts.ts';
import { findKnee, type Knee } from './find-knee.ts';
import type { Load } from './load.ts';
import type { Played } from './play.ts';
import { judgeStep, type Step } from './step.ts';

/** Everything that a calibration has found out. */
export interface Calibration {
  readonly floor: Floor;
  /** As fast as all connections can. */
  readonly fastest: Played;
  readonly knee: Knee;
  /** Every try at a rate, in their order. */
  readonly steps: readonly Step[];
  /** What was played at the knee; `undefined`: no rate held. */
  readonly atKnee: Played | undefined;
  /** Why these numbers should not be trusted. */
  readonly doubts: readonly string[];
}

/** A light load, played at the beginning and at the end: what a request takes when nothing is in its way. */
interface Floor {
  /** Requests per second. */
  readonly rate: number;
  readonly connections: number;
  readonly parts: readonly [Played, Played];
}

interface CalibrationOptions {
  readonly threads: number;
  readonly connections: number;
  /** About how long it is to take. */
  readonly durationMs: number;
  readonly play: (load: Load) => Promise<Played>;
  /** Takes a line about what goes on. */
  readonly tell: (line: string) => void;
}

/** Requests per second: enough for a p99.9 within seconds, too few to be in each other's way. */
const FLOOR_RATE = 400;
/** On each thread. */
const FLOOR_CONNECTIONS = 4;

/** Shares of the whole duration; the search takes 5 to 10 steps. */
const FLOOR_SHARE = 0.125;
const FASTEST_SHARE = 0.1;
const STEP_SHARE = 0.07;
/** Of each load, what is not measured: code is compiled while it runs for the first times. */
const WARM_UP_SHARE = 0.2;

/**
 * Measures the least that a request takes (the floor), the most requests that can be made, and the rate up to which a pace
 * is kept (the knee).
 * @throws {LoadbotError} when the target does not answer
 */
export async function calibrate(options: CalibrationOptions): Promise<Calibration> {
  const { threads, durationMs, play, tell } = options;
  const connections = FLOOR_CONNECTIONS * threads;
  const load = (rate: number | undefined, share: number): Load => ({
    rate,
    threads,
    connections: options.connections,
    warmUpMs: Math.round(share * WARM_UP_SHARE * durationMs),
    durationMs: Math.round(share * (1 - WARM_UP_SHARE) * durationMs),
  });
  const playFloor = async (): Promise<Played> => {
    const played = await play({ ...load(FLOOR_RATE, FLOOR_SHARE), connections });
    requireAnswers(played);
    const p50 = supportedPercentileMs(played.tally.service, 50) ?? NaN;
    tell(`floor, ${formatRate(FLOOR_RATE)}: service time p50 ${formatMs(p50)}`);
    return played;
  };

  const first = await playFloor();
  const fastest = await play(load(undefined, FASTEST_SHARE));
  requireAnswers(fastest);
  tell(`as fast as ${formatCountOf(options.connections, 'connection')} can: ${formatRate(rateOf(fastest))}`);
  const steps: Step[] = [];
  let atKnee: Played | undefined;
  const knee = await findKnee(rateOf(fastest), async (rate) => {
    const played = await play(load(rate, STEP_SHARE));
    const step = judgeStep(rate, played);
    steps.push(step);
    tell(`${formatRate(rate)}: ${step.fault ?? 'holds'}`);
    const holds = step.fault === undefined;
    if (holds) atKnee = played;
    return holds;
  });
  const parts = [first, await playFloor()] as const;
  return {
    floor: { rate: FLOOR_RATE, connections, parts },
    fastest,
    knee,
    steps,
    atKnee,
    doubts: findDoubts(parts, knee),
  };
}
