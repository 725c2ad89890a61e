import { expect, test } from 'vitest';
import type { Distribution, JobSnapshot, Tally } from '../../../src/recorder/snapshot.ts';
import { SimulatedFleet, type SimulatedFleetOptions } from './simulated-fleet.ts';

const READS = { type: 'read', name: 'reads', connections: 12, http: { path: '/' }, collection: 'c' };

/** Milliseconds of a request, which depend on its ticket alone: within a slot, where rounding moves none. */
const tookMs = (sequence: number): number => 1.1234 + ((sequence * 7919) % 50);

async function jobsOf(threads: readonly number[], options: Omit<SimulatedFleetOptions, 'threads'>) {
  const fleet = await SimulatedFleet.create({ tookMs, ...options, threads });
  const { ended, final } = await fleet.run();
  expect(ended).toMatchObject({ end: 'completed', error: undefined });
  return { jobs: final.jobs, planned: ended.planned };
}

/** All numbers of a distribution but its sum, whose rounding depends on the order of additions. */
function exact(distribution: Distribution | undefined): unknown {
  if (distribution === undefined) return undefined;
  const { counts, maxSeconds, latency } = distribution;
  return { counts, maxSeconds, slots: [...latency.recorded()] };
}

function exactTally({ service, response, lag, metrics, ...counts }: Tally): unknown {
  const trends = metrics.map(({ metric, durations }) => [metric.name, exact(durations)]);
  return { ...counts, service: exact(service), response: exact(response), lag: exact(lag), trends };
}

function exactJob({ type, step, status, measured, warmUp, ranMs }: JobSnapshot): unknown {
  return { type, step, status, ranMs, measured: exactTally(measured), warmUp: warmUp && exactTally(warmUp) };
}

test.each<[string, Omit<SimulatedFleetOptions, 'threads'>]>([
  ['the time to the first byte', { jobs: [{ ...READS, first_byte: true, pace: '200/s', duration: '5s' }] }],
  ['a constant pace', { jobs: [{ ...READS, pace: '200/s', duration: '5s' }] }],
  [
    'Poisson arrivals',
    { jobs: [{ ...READS, pace: '150/s', arrival: 'poisson', precision: '0s', duration: '5s', connections: 60 }] },
  ],
  [
    'stages',
    {
      jobs: [
        {
          ...READS,
          stages: [
            { pace: '100/s', duration: '2s' },
            { pace: '300/s', duration: '2s' },
          ],
          connections: 60,
        },
      ],
    },
  ],
  [
    'a mixed job',
    {
      jobs: [
        {
          ...READS,
          type: 'mixed',
          mixed: [
            { type: 'read', weight: 3 },
            { type: 'write', weight: 1 },
          ],
          http: undefined,
          pace: '200/s',
          duration: '4s',
        },
      ],
    },
  ],
])('%s: the numbers of 8 agents are those of one thread, bucket by bucket', async (_, options) => {
  const one = await jobsOf([1], options);
  const fleet = await jobsOf([1, 2, 1, 1, 3, 1, 1, 2], options);
  expect(fleet.jobs.map(exactJob)).toEqual(one.jobs.map(exactJob));
  expect(fleet.planned).toEqual(one.planned);
  const values = fleet.jobs.flatMap(({ measured }) =>
    measured.metrics.map(({ durations }) => durations?.latency.total),
  );
  expect(values).toEqual(options.jobs.some((job) => 'first_byte' in job) ? [1000] : []);
  for (const [index, { measured }] of fleet.jobs.entries()) {
    expect(measured.service.sumSeconds).toBeCloseTo(one.jobs[index]?.measured.service.sumSeconds ?? NaN, 9);
  }
});
