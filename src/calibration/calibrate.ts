import { formatCountOf, formatMs, formatRate } from '../shared/units.ts';
import { supportedPercentileMs } from '../reports/phrases/percentiles.ts';
import { rateOf, requireResponses, findWarnings, evaluateTrial, type RateTrial } from './evaluate-trial.ts';
import { findKnee, type Knee } from './find-knee.ts';
import type { TrialLoad } from './load.ts';
import type { TrialResult } from './run-trial.ts';

/** Result of a calibration. */
export interface Calibration {
  readonly floor: CalibrationFloor;
  /** The unpaced load. */
  readonly fastest: TrialResult;
  readonly knee: Knee;
  /** All trials of a rate, in order. */
  readonly steps: readonly RateTrial[];
  /** Result of the trial at the knee; `undefined`: no rate was sustained. */
  readonly atKnee: TrialResult | undefined;
  /** Reasons why the result is unreliable. */
  readonly doubts: readonly string[];
}

/** A light load, run at the start and at the end: the minimum duration of a request. */
interface CalibrationFloor {
  /** Requests per second. */
  readonly rate: number;
  readonly connections: number;
  readonly parts: readonly [TrialResult, TrialResult];
}

interface CalibrationOptions {
  readonly threads: number;
  readonly connections: number;
  /** Approximate total duration. */
  readonly durationMs: number;
  readonly play: (load: TrialLoad) => Promise<TrialResult>;
  /** Receives progress lines. */
  readonly onProgress: (line: string) => void;
}

/** Requests per second: sufficient for a p99.9 within seconds, and too few to queue. */
const FLOOR_RATE = 400;
/** Per thread. */
const FLOOR_CONNECTIONS = 4;

/** Shares of the total duration; the search takes 5 to 10 steps. */
const FLOOR_SHARE = 0.125;
const FASTEST_SHARE = 0.1;
const STEP_SHARE = 0.07;
/** Share of each load that is not measured: code is compiled when it first runs. */
const WARM_UP_SHARE = 0.2;

/**
 * Measures the minimum duration of a request (floor), the maximum rate, and the highest sustained rate (knee).
 * @throws {LoadbotError} when the target does not respond
 */
export async function calibrate(options: CalibrationOptions): Promise<Calibration> {
  const { threads, durationMs, play, onProgress } = options;
  const connections = FLOOR_CONNECTIONS * threads;
  const load = (rate: number | undefined, share: number): TrialLoad => ({
    rate,
    threads,
    connections: options.connections,
    warmUpMs: Math.round(share * WARM_UP_SHARE * durationMs),
    durationMs: Math.round(share * (1 - WARM_UP_SHARE) * durationMs),
  });
  const playFloor = async (): Promise<TrialResult> => {
    const played = await play({ ...load(FLOOR_RATE, FLOOR_SHARE), connections });
    requireResponses(played);
    const p50 = supportedPercentileMs(played.tally.service, 50) ?? NaN;
    onProgress(`floor, ${formatRate(FLOOR_RATE)}: service time p50 ${formatMs(p50)}`);
    return played;
  };

  const first = await playFloor();
  const fastest = await play(load(undefined, FASTEST_SHARE));
  requireResponses(fastest);
  onProgress(`${formatCountOf(options.connections, 'connection')}, unpaced: ${formatRate(rateOf(fastest))}`);
  const steps: RateTrial[] = [];
  let atKnee: TrialResult | undefined;
  const knee = await findKnee(rateOf(fastest), async (rate) => {
    const played = await play(load(rate, STEP_SHARE));
    const step = evaluateTrial(rate, played);
    steps.push(step);
    onProgress(`${formatRate(rate)}: ${step.fault ?? 'sustained'}`);
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
    doubts: findWarnings(parts, knee),
  };
}
