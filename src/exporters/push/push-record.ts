import { AttemptRecord } from '../../shared/network/attempt-record.ts';
import type { Clock } from '../../shared/clock.ts';
import type { PushAttempt, PreparedRequest, SendRequest } from './attempt.ts';

/** Statistics of the attempts to push to one target. Bytes are those of bodies on the wire, retries included. */
export class PushRecord extends AttemptRecord {
  readonly #clock: Clock;
  readonly #sent = new WeakSet<PreparedRequest>();
  retries = 0;
  sendMs = 0;
  renderMs = 0;

  constructor(clock: Clock) {
    super(clock);
    this.#clock = clock;
  }

  /** Wraps `send` so that every attempt is recorded and reported to `tell`. */
  observe(
    send: SendRequest,
    tell: (parcel: PreparedRequest, attempt: PushAttempt, tookMs: number) => void,
  ): SendRequest {
    return async (parcel, signal) => {
      const startedMs = this.#clock.nowMs();
      const attempt = await send(parcel, signal);
      const tookMs = this.#clock.nowMs() - startedMs;
      this.#note(parcel, attempt, tookMs);
      tell(parcel, attempt, tookMs);
      return attempt;
    };
  }

  #note(parcel: PreparedRequest, { status, statusCode }: PushAttempt, tookMs: number): void {
    this.count(status, statusCode, parcel.body.length);
    this.sendMs += tookMs;
    if (this.#sent.has(parcel)) this.retries++;
    this.#sent.add(parcel);
  }
}
