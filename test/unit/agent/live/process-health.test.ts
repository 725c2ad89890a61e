import { expect, test } from 'vitest';
import { ProcessHealth } from '../../../../src/agent/live/process-health.ts';
import type { Family } from '../../../../src/metrics/family.ts';
import { VirtualClock } from '../../../virtual-clock.ts';

const sample = (target: string, value: number, more: Readonly<Record<string, string>> = {}) => ({
  suffix: '' as const,
  labels: { target, ...more },
  value,
});
const family = (name: string, samples: Family['samples']): Family => ({
  name: `loadbot_push_${name}`,
  type: 'gauge',
  help: '',
  samples,
});

test('has the state of each receiver of metrics', () => {
  const clock = new VirtualClock();
  const accepted = clock.epochMs() / 1000 - 7;
  const families = [
    family('status', [
      sample('a', 0, { status: 'timeout' }),
      sample('a', 1, { status: 'success' }),
      sample('b', 0, { status: 'success' }),
    ]),
    family('calls_total', [sample('a', 4), sample('b', 0)]),
    family('retries_total', [sample('a', 1), sample('b', 0)]),
    family('send_seconds_total', [sample('a', 2), sample('b', 0)]),
    family('last_success_timestamp_seconds', [sample('a', accepted), sample('b', 0)]),
    family('pending_samples', [sample('a', 5), sample('b', 6)]),
    family('dropped_samples_total', [sample('a', 8), sample('b', 0)]),
  ];
  const { push } = new ProcessHealth(clock, () => families).read();
  expect(push).toEqual([
    {
      target: 'a',
      status: 'success',
      seconds_since_success: 7,
      send_seconds: 0.5,
      calls: 4,
      retries: 1,
      pending_samples: 5,
      dropped_samples: 8,
    },
    {
      target: 'b',
      status: null,
      seconds_since_success: null,
      send_seconds: null,
      calls: 0,
      retries: 0,
      pending_samples: 6,
      dropped_samples: 0,
    },
  ]);
});

test('has the memory of the process, and no delay unless it measures', () => {
  const health = new ProcessHealth(new VirtualClock(), () => []);
  const { memory_bytes: memory, event_loop_delay_seconds: delay, push } = health.read();
  expect(memory).toBeGreaterThan(10_000_000);
  expect([delay, push]).toEqual([null, []]);
});
