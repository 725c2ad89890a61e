import { ATTEMPT_STATUSES } from '../../shared/network/failure-reason.ts';
import type { Family, Labels, Sample } from '../../metrics/family.ts';
import type { DeliveryLoop } from './delivery-loop.ts';
import type { PushRecord } from './push-record.ts';

/** State of one push target for its own metrics. */
export interface PushState {
  /** Label `target`: unique and without secrets. */
  readonly target: string;
  readonly record: PushRecord;
  readonly loop: Pick<DeliveryLoop, 'undeliveredSamples' | 'pendingSamples'>;
}

interface PushFamily extends Omit<Family, 'samples'> {
  readonly read: (state: PushState, labels: Labels) => readonly Sample[];
}

const PUSH_FAMILIES: readonly PushFamily[] = [
  {
    name: 'loadbot_push_status',
    type: 'gauge',
    help: 'Status of the last attempt to push to a target: 1 for its status, 0 for the others; all 0 before the first.',
    read: ({ record }, labels) =>
      ATTEMPT_STATUSES.map((status) => ({
        suffix: '',
        labels: { ...labels, status },
        value: record.status === status ? 1 : 0,
      })),
  },
  {
    name: 'loadbot_push_status_code',
    type: 'gauge',
    help: 'HTTP status of the last attempt to push; 0 without a response.',
    read: one(({ record }) => record.statusCode),
  },
  {
    name: 'loadbot_push_calls_total',
    type: 'counter',
    help: 'Attempts to push.',
    read: one(({ record }) => record.calls),
  },
  {
    name: 'loadbot_push_retries_total',
    type: 'counter',
    help: 'Retries after a failed attempt; part of loadbot_push_calls_total.',
    read: one(({ record }) => record.retries),
  },
  {
    name: 'loadbot_push_send_seconds_total',
    type: 'counter',
    help: 'Time from sending to the response, of all attempts to push.',
    read: one(({ record }) => record.sendMs / 1000),
  },
  {
    name: 'loadbot_push_render_seconds_total',
    type: 'counter',
    help: 'Time spent on formatting and compressing pushed metrics.',
    read: one(({ record }) => record.renderMs / 1000),
  },
  {
    name: 'loadbot_push_bytes_total',
    type: 'counter',
    help: 'Bytes of the pushed bodies on the wire, retries included.',
    read: one(({ record }) => record.bytes),
  },
  {
    name: 'loadbot_push_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'Time of the last accepted push, in seconds since 1970; 0: never.',
    read: one(({ record }) => record.lastSuccessEpochMs / 1000),
  },
  {
    name: 'loadbot_push_pending_samples',
    type: 'gauge',
    help: 'Samples pending delivery.',
    read: one(({ loop }) => loop.pendingSamples),
  },
  {
    name: 'loadbot_push_dropped_samples_total',
    type: 'counter',
    help: 'Samples that will never be delivered: rejected by the receiver, or displaced by newer ones.',
    read: one(({ loop }) => loop.undeliveredSamples),
  },
];

/** Metric families of the delivery to one target. */
export function pushFamilies(state: PushState): readonly Family[] {
  return PUSH_FAMILIES.map(({ name, type, help, read }) => ({
    name,
    type,
    help,
    samples: read(state, { target: state.target }),
  }));
}

function one(value: (state: PushState) => number): PushFamily['read'] {
  return (state, labels) => [{ suffix: '', labels, value: value(state) }];
}
