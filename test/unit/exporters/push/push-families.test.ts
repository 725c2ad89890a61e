import { describe, expect, it } from 'vitest';
import { prometheusText } from '../../../../src/exporters/prometheus-text/prometheus-text.ts';
import type { PushAttempt } from '../../../../src/exporters/push/attempt.ts';
import { createPushExporter } from '../../../../src/exporters/push/push-exporter.ts';
import { ownFamilies } from '../../../../src/exporters/exporter.ts';
import { settle } from '../../../settle.ts';
import { VirtualClock } from '../../../virtual-clock.ts';
import { ExpositionSource } from '../exposition-source.ts';

const TARGET = 'http://vm/api/v1/import/prometheus';
const ACCEPTED: PushAttempt = { kind: 'accepted', status: 'success', statusCode: 204 };

/** An exporter whose every attempt takes 250 ms. */
function open(script: PushAttempt[] = [], target?: string) {
  const clock = new VirtualClock();
  const source = new ExpositionSource(clock);
  let bytes = 0;
  const exporter = createPushExporter(
    {
      protocol: prometheusText(new URL('http://vm')),
      async send({ body }) {
        bytes += body.length;
        await new Promise<void>((resolve) => clock.after(250, resolve));
        return script.shift() ?? ACCEPTED;
      },
      intervalMs: 60_000,
      timeoutMs: 10_000,
      capacity: 1,
      gzip: false,
      target,
      random: () => 0,
    },
    source.context,
  );
  const read = (): Record<string, number | string> =>
    Object.fromEntries(
      ownFamilies([exporter]).flatMap(({ name, samples }) =>
        samples.flatMap(({ labels, value }): (readonly [string, number | string])[] => {
          expect(labels['target']).toBe(target ?? TARGET);
          const status = labels['status'];
          if (status === undefined) return [[name.replace('loadbot_push_', ''), value]];
          return value === 0 ? [] : [['status', status]];
        }),
      ),
    );
  return { clock, source, exporter, read, bytes: () => bytes };
}

async function pass(clock: VirtualClock, ms: number): Promise<void> {
  await settle();
  clock.pass(ms);
  await settle();
}

describe('the metrics of pushing', () => {
  it('are all exposed at 0 before the first attempt', () => {
    const { read, exporter } = open([]);
    expect(read()).toEqual({
      status_code: 0,
      calls_total: 0,
      retries_total: 0,
      send_seconds_total: 0,
      render_seconds_total: 0,
      bytes_total: 0,
      last_success_timestamp_seconds: 0,
      pending_samples: 0,
      dropped_samples_total: 0,
    });
    const statuses = ownFamilies([exporter])[0]?.samples.map(({ labels }) => labels['status']);
    expect(statuses).toEqual(['success', 'timeout', 'refused', 'reset', 'dns', 'tls', 'http_4xx', 'http_5xx', 'parse']);
  });

  it('describe the last attempt, and do not change by being read', async () => {
    const reason = 'status 503';
    const failed: PushAttempt = { kind: 'failed', status: 'http_5xx', statusCode: 503, reason, retryAfterMs: 0 };
    const { clock, exporter, read, bytes } = open([ACCEPTED, failed, { ...failed, status: 'timeout', statusCode: 0 }]);
    const started = exporter.start();
    await pass(clock, 250);
    await started;
    const first = {
      status: 'success',
      status_code: 204,
      calls_total: 1,
      retries_total: 0,
      send_seconds_total: 0.25,
      bytes_total: bytes(),
      last_success_timestamp_seconds: clock.epochMs() / 1000,
      pending_samples: 0,
      dropped_samples_total: 0,
    };
    expect(read()).toMatchObject(first);
    clock.pass(30_000);
    expect(read()).toMatchObject(first);

    await pass(clock, 30_000); // the second push begins
    expect(read()).toMatchObject({ ...first, pending_samples: 2 });
    await pass(clock, 250);
    expect(read()).toMatchObject({
      ...first,
      status: 'http_5xx',
      status_code: 503,
      calls_total: 2,
      send_seconds_total: 0.5,
      pending_samples: 2,
      bytes_total: bytes(),
    });
    await pass(clock, 1000);
    await pass(clock, 250);
    expect(read()).toMatchObject({ status: 'timeout', status_code: 0, calls_total: 3, retries_total: 1 });
    await pass(clock, 2000);
    await pass(clock, 250);
    expect(read()).toMatchObject({
      status: 'success',
      status_code: 204,
      calls_total: 4,
      retries_total: 2,
      send_seconds_total: 1,
      pending_samples: 0,
      bytes_total: bytes(),
      last_success_timestamp_seconds: clock.epochMs() / 1000,
    });
  });

  it('count dropped samples', async () => {
    const refused: PushAttempt = { kind: 'refused', status: 'http_4xx', statusCode: 400, reason: 'status 400' };
    const { clock, exporter, read } = open([refused]);
    const started = exporter.start();
    await pass(clock, 250);
    await started;
    expect(read()).toMatchObject({ status: 'http_4xx', status_code: 400, dropped_samples_total: 2 });
  });

  it('are one set of families for all targets', () => {
    const families = ownFamilies([open(undefined, 'http://a').exporter, open(undefined, 'http://b').exporter]);
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
    expect(families[1]?.samples.map(({ labels }) => labels)).toEqual([{ target: 'http://a' }, { target: 'http://b' }]);
  });
});
