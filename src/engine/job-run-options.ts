import type { Clock } from '../shared/clock.ts';
import type { Mix } from '../data/mix.ts';
import type { Session } from '../drivers/driver.ts';
import type { RequestJobPlan } from '../plan/plan.ts';
import type { OnFailure } from './failed-tickets.ts';
import type { IdleQueue } from './idle-queue.ts';
import type { MeasurementWindow } from './measurement-window.ts';
import type { ResponseChecks } from './response-checks.ts';
import type { ThreadPartition } from './thread-partition.ts';
import type { LoadWorker, RequestOperations, WorkerOwner } from './worker.ts';
import type { WriteWatermarks } from './write-watermarks.ts';

/** One thread's part of a job, as `JobRun` executes it. */
export interface JobRunOptions extends Pick<RequestJobPlan, 'overload' | 'timeoutMs' | 'drainMs' | 'precisionMs'> {
  readonly clock: Clock;
  /** Clock of the think times, which stands still during a pause. */
  readonly loadClock: Clock;
  readonly share: ThreadPartition;
  readonly mix: Mix;
  /** Operations of one request, for each entry of the mix. */
  readonly steps: readonly RequestOperations[];
  /** Absent: the job does not read documents that it writes. */
  readonly writes?: WriteWatermarks | undefined;
  readonly sessions: readonly Session[];
  /** First data sequence for which a feeder has no row: the job ends before it. `Infinity`: none. */
  readonly rowsEnd: number;
  /** Checks of the responses; absent: none. */
  readonly checks?: ResponseChecks | undefined;
  /** Creates the workers, whose requests have deadlines of their own; absent: one for each session. */
  readonly createWorkers?: ((owner: WorkerOwner) => readonly LoadWorker[]) | undefined;
  /** Creates the queue of idle workers, which calls `wake` when it has others. */
  readonly createIdle?: ((workers: readonly LoadWorker[], wake: () => void) => IdleQueue<LoadWorker>) | undefined;
  /** Pause of a worker after a ticket in milliseconds; absent: none. */
  readonly pauseOf?: ((sequence: number) => number) | undefined;
  /** In chronological order; each starts where the previous one ends. */
  readonly stretches: readonly MeasurementWindow[];
  /** [0]: bit mask of the active phases of the system under test; written by the main thread. */
  readonly phases: Int32Array;
  /** Blocks the thread until the start of the job, if nothing else runs on it; absent: it starts by a timer. */
  readonly holdUntil?: ((startMs: number) => void) | undefined;
  /** Called when no request is in flight any more; absent: not needed. */
  readonly onIdle?: (() => void) | undefined;
  readonly onFailure: OnFailure;
}
