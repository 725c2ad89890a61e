import { type ErrorCode, LoadbotError, messageOf } from '../shared/errors.ts';
import type { LatencyFloor } from '../shared/floor.ts';
import type { Plan } from '../plan/plan.ts';
import type { JobRunEnd } from './job-run-end.ts';
import type { LoadChange, UnitFailure, JobPreparation, LoadUnit, UnitMemory } from './load-unit.ts';
import type { Place } from './place.ts';
import type { MessagePort } from 'node:worker_threads';

/** Start parameters of a load thread. */
export interface ThreadStart {
  readonly plan: Plan;
  readonly place: Place;
  /** [0]: 32-bit mask of the active phases of the system under test. */
  readonly phases: SharedArrayBuffer;
  /** Memory for its heap statistics: see `metrics/heap-meter.ts`. Absent: not collected. */
  readonly heapAccount?: SharedArrayBuffer | undefined;
  /** Memory for its event loop delays: see `validity/event-loop-monitor.ts`. Absent: not collected. */
  readonly pulse?: SharedArrayBuffer | undefined;
}

/** Commands from the main thread to a load thread. All except `steer`, `stop` and `ping` are answered under their `id`. */
export type ThreadCommand =
  | {
      readonly order: 'prepare';
      readonly id: number;
      readonly job: number;
      readonly preparation: JobPreparation;
      readonly memory: UnitMemory;
    }
  | { readonly order: 'run'; readonly id: number; readonly job: number; readonly startMs: number }
  | { readonly order: 'close'; readonly id: number }
  | { readonly order: 'steer'; readonly change: LoadChange }
  | { readonly order: 'stop'; readonly drainMs: number | undefined }
  /** Answered with `pong` from the event loop. */
  | { readonly order: 'ping' };

/** Replies and notifications from a load thread to the main thread. */
export type ThreadReply =
  | { readonly answer: 'done'; readonly id: number; readonly end: JobRunEnd | undefined }
  | { readonly answer: 'error'; readonly id: number; readonly error: PortableError }
  | { readonly answer: 'failure'; readonly failure: UnitFailure }
  | { readonly answer: 'floor'; readonly floor: LatencyFloor | undefined }
  | { readonly answer: 'pong' };

/** Serialized form of an error for messages between threads, which lose classes. */
interface PortableError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

function packError(error: unknown): PortableError {
  if (error instanceof LoadbotError) return { code: error.code, message: error.message, hint: error.hint };
  return {
    code: 'internal',
    message: error instanceof Error ? (error.stack ?? error.message) : messageOf(error),
    hint: undefined,
  };
}

export function unpackError({ code, message, hint }: PortableError): LoadbotError {
  return new LoadbotError(code, message, hint === undefined ? {} : { hint });
}

/** Load thread side of the message protocol: executes the commands of the main thread on `unit` and replies. */
export function serveUnit(port: MessagePort, unit: LoadUnit): void {
  const answer = (message: ThreadReply): void => port.postMessage(message);
  port.on('message', (order: ThreadCommand) => {
    if (order.order === 'stop') {
      unit.stop(order.drainMs);
      return;
    }
    if (order.order === 'steer') {
      unit.steer(order.change);
      return;
    }
    if (order.order === 'ping') {
      answer({ answer: 'pong' });
      return;
    }
    carryOut(order).then(
      (end) => answer({ answer: 'done', id: order.id, end }),
      (error: unknown) => answer({ answer: 'error', id: order.id, error: packError(error) }),
    );
  });

  async function carryOut(
    order: Exclude<ThreadCommand, { order: 'steer' | 'stop' | 'ping' }>,
  ): Promise<JobRunEnd | undefined> {
    if (order.order === 'run') return unit.run(order.job, order.startMs);
    await (order.order === 'prepare' ? unit.prepare(order.job, order.preparation, order.memory) : unit.close());
    return undefined;
  }
}

/** Reports the minimum request durations of this thread to the main thread, if known. */
export function reportFloor(port: MessagePort, floor: LatencyFloor | undefined): void {
  const answer: ThreadReply = { answer: 'floor', floor };
  port.postMessage(answer);
}

/** Reports a failure to the main thread. */
export function reportFailure(port: MessagePort, failure: UnitFailure): void {
  const answer: ThreadReply = { answer: 'failure', failure };
  port.postMessage(answer);
}
