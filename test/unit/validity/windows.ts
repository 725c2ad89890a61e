import { OK } from '../../../src/shared/outcome.ts';
import type { Recorder } from '../../../src/recorder/recorder.ts';
import type { Detection } from '../../../src/validity/finding.ts';
import { LATE_LIMITS_MS } from '../../../src/validity/event-loop-monitor.ts';
import type { JobWindow, ThreadWindow, SampleWindow } from '../../../src/validity/window.ts';
import { buildJob, request } from '../../snapshot-builder.ts';

/** A healthy load thread, with given changes. */
export function buildThread(given: Partial<ThreadWindow> = {}): ThreadWindow {
  return { utilization: 0.2, blocked: 0, stoppedMs: 0, longestStopMs: 1, late: [], cpuWait: 0.02, ...given };
}

/** Share of the time in which a thread was later than so many milliseconds, the same for all below. */
export function late(byMs: number, share: number): Pick<ThreadWindow, 'late'> {
  return { late: LATE_LIMITS_MS.map((limitMs) => (limitMs < byMs ? share : 0)) };
}

interface JobSketch extends Partial<JobWindow> {
  /** Requests sent in the second: number, lag and duration. Without a pace: no lag. */
  readonly sent?: readonly { readonly count: number; readonly lagMs?: number; readonly serviceMs: number }[];
}

/** A job in the midst of its load: by default 100 requests that were sent on time and took 4 ms. */
export function buildJobWindow({
  sent = [{ count: 100, lagMs: 0.2, serviceMs: 4 }],
  ...given
}: JobSketch = {}): JobWindow {
  const paced = sent.some(({ lagMs }) => lagMs !== undefined);
  const record = (recorder: Recorder): void => {
    for (const { count, lagMs, serviceMs } of sent) {
      for (let left = count; left > 0; left--) request(recorder, OK, serviceMs, lagMs);
    }
  };
  const job = buildJob({ name: 'reads', status: 'in_progress', paced, record });
  const { started, lag, response } = job.measured;
  return {
    job,
    steady: true,
    paced,
    activeMs: 1000,
    started,
    requests: started,
    exhaustedRequests: 0,
    lag: lag?.latency,
    response: response?.latency,
    ...given,
  };
}

/** A good second, with given changes. */
export function buildWindow(given: Partial<SampleWindow> = {}): SampleWindow {
  return {
    endSeconds: 1,
    seconds: 1,
    mainLateMs: 1,
    cpuMs: 200,
    suspendedMs: 0,
    isClockKnown: true,
    threads: [buildThread()],
    jobs: [buildJobWindow()],
    steal: 0,
    throttled: undefined,
    openFiles: 0.01,
    ...given,
  };
}

/** What matters of a sighting: `invalid late reads 0.05`. */
export function brief({ severity, signal, job, value }: Detection): string {
  return [severity, signal, ...(job === undefined ? [] : [job.name]), Number(value.toPrecision(2))].join(' ');
}
