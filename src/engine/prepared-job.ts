import type { Mix } from '../data/mix.ts';
import type { Driver, Session } from '../drivers/driver.ts';
import type { RequestJobPlan } from '../plan/plan.ts';
import type { JobMemory } from '../recorder/job-record.ts';
import type { Draw } from '../shared/distribution.ts';
import type { LoadClock } from '../shared/load-clock.ts';
import { streamKey } from '../shared/random.ts';
import { QuotaQueue, RampedQueue } from './idle-queue.ts';
import type { JobRunOptions } from './job-run-options.ts';
import type { ResponseChecks } from './response-checks.ts';
import { thinkTimeDraw } from './scenario/draws.ts';
import type { VirtualUsers } from './scenario/virtual-users.ts';
import type { ThreadPartition } from './thread-partition.ts';
import { UserRamp } from './user-ramp.ts';
import type { RequestOperations } from './worker.ts';
import type { WriteWatermarks } from './write-watermarks.ts';

/** A job with open sessions, ready to start. */
export interface PreparedJob {
  readonly job: RequestJobPlan;
  readonly memories: readonly JobMemory[];
  readonly mix: Mix;
  readonly steps: readonly RequestOperations[];
  readonly writes: WriteWatermarks | undefined;
  readonly share: ThreadPartition;
  readonly driver: Driver;
  readonly sessions: readonly Session[];
  readonly rowsEnd: number;
  readonly checks: ResponseChecks | undefined;
  /** Virtual users of a scenario. */
  readonly users: VirtualUsers | undefined;
}

/** Queue of idle workers of a job; `undefined`: all of its workers take tickets as long as there are any. */
export function idleQueueOf(
  { users, operationsPerUser, warmUpMs }: RequestJobPlan,
  share: ThreadPartition,
  clock: LoadClock,
  startMs: number,
): JobRunOptions['createIdle'] {
  if (users !== undefined) {
    const fromMs = clock.toLoadMs(startMs);
    const ramp = new UserRamp(users, share, fromMs, fromMs + warmUpMs);
    return (workers, wake) => new RampedQueue(workers, ramp, clock, wake);
  }
  if (operationsPerUser === undefined) return undefined;
  return (workers) => new QuotaQueue(workers.length, operationsPerUser);
}

/** Returns the think time by ticket; `undefined`: the workers do not pause. */
export function pauseOf({ thinkTime, index }: RequestJobPlan, seed: number): Draw | undefined {
  if (thinkTime.kind === 'constant' && thinkTime.ms === 0) return undefined;
  return thinkTimeDraw(thinkTime, streamKey(seed, index, 'think'));
}

/** Closes the sessions of a job, then its driver. */
export async function closeAll({ sessions, driver }: PreparedJob): Promise<void> {
  await Promise.all(sessions.map((session) => session.close()));
  await driver.close();
}
