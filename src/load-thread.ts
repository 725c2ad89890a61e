import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { captureThreadOutput } from './shared/library-output.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { restrictFiles } from './shared/file-access.ts';
import { addressBook } from './shared/network/address-book.ts';
import { LoadbotError } from './shared/errors.ts';
import { loadDriverModule, usesHttp } from './driver-catalog.ts';
import { needsPreciseTimers, PreciseClock } from './engine/precise-clock.ts';
import { LocalUnit } from './engine/local-unit.ts';
import { importFunctionsOf } from './functions/function-module.ts';
import { connectionsOfPlaces } from './engine/place.ts';
import { reportFailure, reportFloor, serveUnit, type ThreadStart } from './engine/thread-messages.ts';
import { HeapMonitor } from './metrics/heap-meter.ts';
import { readThreadId, reduceTimerSlack } from './shared/thread-id.ts';
import { sleepCounter, startEventLoopMonitor } from './validity/event-loop-monitor.ts';

const HEAP_UPDATE_MS = 1000;

// Entry point of a load thread: a local unit connected to the main thread by a message port.
captureThreadOutput();
if (parentPort === null) throw new LoadbotError('internal', 'load-thread runs only as a worker thread');
void serve(parentPort, workerData as ThreadStart);

/** Opens the unit and executes its commands. A rejection ends the thread, as an exception does. */
async function serve(port: MessagePort, start: ThreadStart): Promise<void> {
  const { plan, place, phases, heapAccount, pulse } = start;
  if (heapAccount !== undefined) new HeapMonitor(heapAccount).scheduleUpdates(HEAP_UPDATE_MS);
  if (pulse !== undefined) {
    const connections = connectionsOfPlaces(plan, [place]);
    startEventLoopMonitor({ memory: pulse, clock: systemClock(), threadId: readThreadId(), connections });
  }
  restrictFiles(plan.allowedFolders);
  if (plan.allowLinkLocal) addressBook.allowLinkLocal();
  const coarseClock = systemClock();
  const unit = new LocalUnit({
    functions: await importFunctionsOf(plan),
    plan,
    place,
    driver: await (await loadDriverModule(plan.target)).load(),
    clock: needsPreciseTimers(plan) ? openPreciseClock(coarseClock, pulse) : coarseClock,
    coarseClock,
    phases: new Int32Array(phases),
    onFailure: (failure) => reportFailure(port, failure),
  });
  // Runs before the first command, so that it does not share the thread with a job. Minimum durations of other protocols
  // are unknown: measuring them would require a separate server.
  if (usesHttp(plan.target)) {
    const { warmUpJit } = await import('./drivers/http/jit-warm-up.ts');
    reportFloor(port, await warmUpJit());
  }
  serveUnit(port, unit);
}

function openPreciseClock(clock: Clock, pulse: SharedArrayBuffer | undefined): PreciseClock {
  reduceTimerSlack();
  return new PreciseClock(clock, pulse && sleepCounter(pulse));
}
