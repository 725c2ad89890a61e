import type { TrialLoad } from '../../../src/calibration/load.ts';
import type { TrialResult } from '../../../src/calibration/run-trial.ts';
import { OK } from '../../../src/shared/outcome.ts';
import { noopValidity } from '../../../src/validity/finding.ts';
import type { Recorder } from '../../../src/recorder/recorder.ts';
import { recordTally, request } from '../../snapshot-builder.ts';

/** Result of 1 s of load; by default on an idle machine of two processors. */
export function buildPlayed(
  record: (recorder: Recorder) => void,
  given: Partial<TrialResult> & { paced?: boolean } = {},
): TrialResult {
  const { paced = true, ...others } = given;
  return {
    tally: recordTally(record, { paced }),
    elapsedMs: 1000,
    cpu: { processSeconds: 0.1, machineShare: 0.1 },
    failures: [],
    validity: noopValidity,
    ...others,
  };
}

/**
 * A machine that serves each request in 0.1 ms and makes `most` requests a second as fast as it can; up to `knee` a pace is
 * kept with a lag of 0.2 ms, beyond it requests are 50 ms late.
 */
export function simulate(most: number, knee: number): (load: TrialLoad) => Promise<TrialResult> {
  return async ({ rate, durationMs }) => {
    const requests = Math.round(((rate ?? most) * durationMs) / 1000);
    const lagMs = rate === undefined ? undefined : rate <= knee ? 0.2 : 50;
    const record = (recorder: Recorder): void => {
      for (let n = 0; n < requests; n++) request(recorder, OK, 0.1, lagMs);
    };
    const processSeconds = durationMs / 1000;
    const cpu =
      rate === undefined
        ? { processSeconds, machineShare: 0.6 }
        : { processSeconds: processSeconds / 2, machineShare: 0.3 };
    return buildPlayed(record, { paced: rate !== undefined, elapsedMs: durationMs, cpu });
  };
}
