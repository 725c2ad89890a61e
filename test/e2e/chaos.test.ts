import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { expectConserved } from '../services/conservation.ts';
import { Agent, readResult, scratchFile, workloadFile } from './agent.ts';
import type { ResultJob } from '../../src/reports/document/result-document.ts';
import { BEHAVIOURS, type BehaviourName, ChaosTarget, type Fate, FATES } from './chaos-target.ts';

/** Another seed tries others: CHAOS_SEED=7 CHAOS_RUNS=200 npx vitest run test/e2e/chaos.test.ts */
const SEED = Number(process.env['CHAOS_SEED'] ?? 1);
const RUNS = Number(process.env['CHAOS_RUNS'] ?? 6);

const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const ms = (min: number, max: number): fc.Arbitrary<string> => fc.integer({ min, max }).map((value) => `${value}ms`);

// No deadline comes near, so the outcome of each request follows from the response of the target.
const load = { collection: 'c', timeout: '60s', drain: '60s' };
const fields = {
  connections: fc.integer({ min: 1, max: 20 }),
  duration: ms(50, 400),
  operations: some(fc.integer({ min: 1, max: 500 })),
  warm_up: some(ms(1, 100)),
  think_time: some(ms(1, 20)),
  data_size: some(fc.integer({ min: 0, max: 3000 })),
};
const type = fc.constantFrom(
  { type: 'write' },
  { type: 'bulk_write' },
  { type: 'mixed', mixed: { write: 3, bulk_write: 1 } },
);
const pacing = fc.oneof(
  fc.constant({}),
  fc.record({ pace: fc.integer({ min: 1, max: 2000 }), overload: fc.constantFrom('queue', 'skip') }),
);
const job = fc.tuple(type, pacing, fc.record(fields)).map((parts) => Object.assign({}, load, ...parts) as typeof load);

const run = fc.record({
  behaviours: fc.array(fc.constantFrom(...(Object.keys(BEHAVIOURS) as BehaviourName[])), {
    minLength: 1,
    maxLength: 9,
  }),
  threads: fc.integer({ min: 1, max: 3 }),
  jobs: fc.array(fc.oneof(job, fc.record({ parallel: fc.array(job, { minLength: 1, maxLength: 3 }) })), {
    minLength: 1,
    maxLength: 2,
  }),
  stopAfterMs: some(fc.nat(500)),
});

test.each(fc.sample(run, { seed: SEED, numRuns: RUNS }))(`seed ${SEED}, run %#: %j`, async (given) => {
  const target = await ChaosTarget.start(given.behaviours);
  onTestFinished(() => target.stop());
  const out = scratchFile('json');
  const workload = workloadFile({ connection_string: target.url, jobs: given.jobs });
  const agent = new Agent(['run', workload, '--out', out, '--threads', String(given.threads)]);
  if (given.stopAfterMs !== undefined) {
    await agent.sees(/run [0-9a-f]+ of/);
    setTimeout(() => agent.child.kill('SIGTERM'), given.stopAfterMs);
  }
  const { status, stderr } = await agent.ended;
  expect(stderr).not.toMatch(/^\s+at /m);
  const { end, jobs } = readResult(out);
  expect([end, status]).toEqual(end === 'stopped' ? ['stopped', 105] : ['completed', 0]);

  for (const measured of jobs) {
    expectConserved(measured);
    expectPossible(measured.service_time);
  }
  if (end === 'completed') {
    for (const uuid of new Set(jobs.map((one) => one.uuid))) expectSchedule(jobs.filter((one) => one.uuid === uuid));
  }
  const counts = jobs.flatMap(({ warm_up: warmUp, ...measured }) =>
    warmUp === null ? [measured] : [measured, warmUp],
  );
  for (const one of counts) expect([one.aborted, one.miss, one.in_flight]).toEqual([0, 0, 0]);
  const count = (fate: Fate): number =>
    sumOf(counts.map((one) => (fate === 'ok' ? one.ok : one.errors_by_class[fate])));
  expect(Object.fromEntries(FATES.map((fate) => [fate, count(fate)]))).toEqual(target.fates);
  expect(sumOf(counts.map((one) => one.started))).toBe(sumOf(Object.values(target.fates)));
  expect(sumOf(counts.map((one) => one.sent_bytes))).toBe(target.receivedBytes);
  // The rest of an invalid response is not awaited.
  if (target.fates.protocol === 0) expect(sumOf(counts.map((one) => one.received_bytes))).toBe(target.sentBytes);
});

/** Times that can be those of so many requests. */
function expectPossible({ count, sum_seconds: sum, max_seconds: max, ...rest }: ResultJob['service_time']): void {
  const percentiles = Object.values(rest.percentiles_seconds);
  expect(rest.buckets.at(-1)?.count).toBe(count);
  expect(percentiles).toEqual(percentiles.toSorted((a, b) => Number(a) - Number(b)));
  expect(Number(percentiles.at(-1))).toBeLessThanOrEqual(Number(max));
  expect(sum).toBeLessThanOrEqual(count * Number(max) * (1 + Number.EPSILON * count));
}

/** Number of due requests of a completed job, by its pace, duration and operations. */
function expectSchedule(parts: readonly ResultJob[]): void {
  const [{ limits } = { limits: undefined }] = parts;
  const pace = sumOf(parts.map((part) => part.pace ?? Infinity));
  const due = Math.ceil(Number((pace * (limits?.duration_seconds ?? Infinity)).toFixed(6)));
  const planned = sumOf(parts.map((part) => part.planned ?? NaN));
  const asked = Math.min(due, limits?.operations ?? Infinity);
  if (pace === Infinity) expect(planned).toBeLessThanOrEqual(asked);
  else expect(planned).toBe(asked);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
