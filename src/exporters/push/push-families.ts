import { ATTEMPT_STATUSES } from '../../shared/network/failure-reason.ts';
import { defineFamilies, each, single } from '../../metrics/define-families.ts';
import type { SeriesLabels } from '../../metrics/series-labels.ts';
import type { DeliveryLoop } from './delivery-loop.ts';
import { AttemptRecord } from '../../shared/network/attempt-record.ts';
import type { Clock } from '../../shared/clock.ts';
import type { PushAttempt, PreparedRequest, SendRequest } from './attempt.ts';

/** State of one push target for its own metrics. */
interface PushState {
  /** With the label `target`, which is unique and without secrets. */
  readonly series: SeriesLabels;
  readonly record: PushRecord;
  readonly loop: Pick<DeliveryLoop, 'undeliveredSamples' | 'pendingSamples'>;
}

/** Metric families of the delivery to targets. */
export const pushFamilies = defineFamilies<PushState>([
  {
    name: 'loadbot_push_status',
    type: 'gauge',
    help: 'Status of the last attempt to push to a target: 1 for its status, 0 for the others; all 0 before the first.',
    read: each('status', ATTEMPT_STATUSES, ({ record }, status) => record.status === status),
  },
  {
    name: 'loadbot_push_status_code',
    type: 'gauge',
    help: 'HTTP status of the last attempt to push; 0 without a response.',
    read: single(({ record }) => record.statusCode),
  },
  {
    name: 'loadbot_push_calls_total',
    type: 'counter',
    help: 'Attempts to push.',
    read: single(({ record }) => record.calls),
  },
  {
    name: 'loadbot_push_retries_total',
    type: 'counter',
    help: 'Retries after a failed attempt; part of loadbot_push_calls_total.',
    read: single(({ record }) => record.retries),
  },
  {
    name: 'loadbot_push_send_seconds_total',
    type: 'counter',
    help: 'Time from sending to the response, of all attempts to push.',
    read: single(({ record }) => record.sendMs / 1000),
  },
  {
    name: 'loadbot_push_render_seconds_total',
    type: 'counter',
    help: 'Time spent on formatting and compressing pushed metrics.',
    read: single(({ record }) => record.renderMs / 1000),
  },
  {
    name: 'loadbot_push_bytes_total',
    type: 'counter',
    help: 'Bytes of the pushed bodies on the wire, retries included.',
    read: single(({ record }) => record.bytes),
  },
  {
    name: 'loadbot_push_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'Time of the last accepted push, in seconds since 1970; 0: never.',
    read: single(({ record }) => record.lastSuccessEpochMs / 1000),
  },
  {
    name: 'loadbot_push_pending_samples',
    type: 'gauge',
    help: 'Samples pending delivery.',
    read: single(({ loop }) => loop.pendingSamples),
  },
  {
    name: 'loadbot_push_dropped_samples_total',
    type: 'counter',
    help: 'Samples that will never be delivered: rejected by the receiver, or displaced by newer ones.',
    read: single(({ loop }) => loop.undeliveredSamples),
  },
]);

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
