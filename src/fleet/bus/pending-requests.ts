import type { Clock } from '../../shared/clock.ts';
import type { BusError } from './bus.ts';
import { noAnswer } from './bus-errors.ts';

/** A request that waits for its end. */
export interface PendingRequest {
  readonly subject: string;
  /** Whether it has not ended. */
  readonly isOpen: boolean;
  /** Ends it: cancels its timer and calls `settle`. Has no effect on one that has ended. */
  end(settle: () => void): void;
  fail(error: BusError): void;
}

/** Ends of a request other than an answer. */
export interface RequestEnds {
  /** Called at the end of its time. */
  expire(): void;
  reject(error: BusError): void;
  /** Called before any of its ends. */
  ended?(): void;
}

/** The open requests of a member, each with a timer. */
export class PendingRequests {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #open = new Set<PendingRequest>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  add(subject: string, withinMs: number, ends: RequestEnds): PendingRequest {
    const open = this.#open;
    const pending: PendingRequest = {
      subject,
      get isOpen() {
        return open.has(pending);
      },
      end(settle) {
        if (!open.delete(pending)) return;
        timer.cancel();
        ends.ended?.();
        settle();
      },
      fail: (error) => pending.end(() => ends.reject(error)),
    };
    const timer = this.#clock.after(withinMs, () => pending.end(() => ends.expire()));
    open.add(pending);
    return pending;
  }

  /** Rejects all open requests, or those of one subject, with an error made for each. */
  failAll(createError: (subject: string) => BusError, subject?: string): void {
    for (const pending of this.#open) {
      if (subject === undefined || pending.subject === subject) pending.fail(createError(pending.subject));
    }
  }

  /** Forgets all open requests; none of them settles. */
  drop(): void {
    for (const pending of this.#open) pending.end(() => undefined);
  }
}

/**
 * Returns the first answer to a request.
 * @param send sends the request; `resolve` takes its answer
 * @throws {BusError} `timeout` without an answer, and the errors of `ends.reject`
 */
export function firstAnswer(
  subject: string,
  timeoutMs: number,
  send: (ends: RequestEnds, resolve: (answer: Uint8Array) => void) => void,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    send({ expire: () => reject(noAnswer(subject, timeoutMs)), reject }, resolve);
  });
}
