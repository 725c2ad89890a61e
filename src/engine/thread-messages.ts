import { type ErrorCode, LoadbotError, messageOf } from '../core/errors.ts';
import type { Floor } from '../core/floor.ts';
import type { Plan } from '../plan/plan.ts';
import type { JobRunEnd } from './job-run.ts';
import type { Failure, Preparation } from './load-unit.ts';

/** What a load thread is started with. */
export interface ThreadStart {
  readonly plan: Plan;
  readonly thread: number;
  /** One 32-bit number: the phases of the system under test that are in force. */
  readonly phases: SharedArrayBuffer;
  /** Where it accounts for its heap: see `metrics/heap-meter.ts`. Absent: nobody asks. */
  readonly heapAccount?: SharedArrayBuffer | undefined;
  /** Where it tells how punctual it is: see `validity/pulse.ts`. Absent: nobody asks. */
  readonly pulse?: SharedArrayBuffer | undefined;
}

/** From the main thread to a load thread; each but `stop` and `ping` is answered under its `id`. */
export type Order =
  | { readonly order: 'prepare'; readonly id: number; readonly job: number; readonly preparation: Preparation }
  | { readonly order: 'run'; readonly id: number; readonly job: number; readonly startMs: number }
  | { readonly order: 'close'; readonly id: number }
  | { readonly order: 'stop' }
  /** Answered with `pong` by the event loop. */
  | { readonly order: 'ping' };

/** From a load thread to the main thread. */
export type Answer =
  | { readonly answer: 'done'; readonly id: number; readonly end: JobRunEnd | undefined }
  | { readonly answer: 'error'; readonly id: number; readonly error: PortableError }
  | { readonly answer: 'failure'; readonly failure: Failure }
  | { readonly answer: 'floor'; readonly floor: Floor | undefined }
  | { readonly answer: 'pong' };

/** An error as it crosses threads, where classes are lost. */
interface PortableError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

export function packError(error: unknown): PortableError {
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
