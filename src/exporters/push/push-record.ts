import type { AttemptStatus } from '../../shared/network/failure-reason.ts';
import type { Clock } from '../../shared/clock.ts';
import type { PushAttempt, PreparedRequest, SendRequest } from './attempt.ts';

/** Statistics of the attempts to push to one target. Reading them has no side effect. */
export class PushRecord {
  readonly #clock: Clock;
  readonly #sent = new WeakSet<PreparedRequest>();
  /** Status of the last attempt; `undefined` before the first. */
  status: AttemptStatus | undefined;
  /** HTTP status of the last attempt; 0 without a response. */
  statusCode = 0;
  calls = 0;
  retries = 0;
  sendMs = 0;
  renderMs = 0;
  /** Bytes of bodies on the wire, retries included. */
  bytes = 0;
  /** Milliseconds since the epoch; 0: never. */
  lastSuccessEpochMs = 0;

  constructor(clock: Clock) {
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
    this.status = status;
    this.statusCode = statusCode;
    this.calls++;
    this.sendMs += tookMs;
    this.bytes += parcel.body.length;
    if (this.#sent.has(parcel)) this.retries++;
    this.#sent.add(parcel);
    if (status === 'success') this.lastSuccessEpochMs = this.#clock.epochMs();
  }
}
