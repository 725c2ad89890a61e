import { describe, expect, test } from 'vitest';
import { errorsOf } from '../../../src/recorder/snapshot.ts';
import { SimulatedRun } from './scenario/simulated-run.ts';

const reads = { type: 'read', http: { path: '/' } };

/** Pauses a run from one time to another, both after the start of the load. */
function pause(run: SimulatedRun, fromMs: number, toMs: number): void {
  run.passTo(fromMs - 10);
  run.steer({ kind: 'pause', atMs: run.startMs + fromMs });
  run.passTo(toMs - 10);
  run.steer({ kind: 'resume', atMs: run.startMs + toMs });
  run.passTo(toMs);
}

/** Planned and counted numbers agree. */
function expectConservation(run: SimulatedRun): void {
  const { started, skipped, ok, miss, aborted, lag } = run.tally();
  expect(run.end?.planned[0]).toBe(started + skipped);
  expect(started).toBe(ok + miss + aborted + errorsOf(run.tally()));
  expect(run.requests).toHaveLength(started);
  if (lag !== undefined) expect(lag.latency.total).toBe(started);
}

describe('a paced job', () => {
  test('continues its schedule where the pause began: no ticket is late, skipped or sent twice', async () => {
    const run = await SimulatedRun.start({ ...reads, pace: 100, duration: '2s', connections: 5 });
    pause(run, 505, 3000);
    await run.finish();
    const sent = run.sentMs();
    expect(sent).toHaveLength(200);
    // Tickets 0 to 50 are due at 0, 10, ... 500; ticket 51, due at 510, is due 5 ms after the end of the pause.
    expect(sent.slice(49, 53)).toEqual([490, 500, 3005, 3015]);
    expect(sent.at(-1)).toBe(1990 + 2495);
    expect(run.tally()).toMatchObject({ started: 200, skipped: 0 });
    expect(run.tally().lag?.maxSeconds).toBe(0);
    expect(run.tally().response?.maxSeconds).toBeCloseTo(0.01, 6);
    expect((run.end?.endedMs ?? 0) - run.startMs).toBe(2000 + 2495);
    expectConservation(run);
  });

  test.each([1, 3])('has the same tickets as without the pause, on %i threads', async (threads) => {
    const job = { ...reads, ...poisson, duration: '3s', connections: 8 };
    const [paused, whole] = await Promise.all([0, 1].map(() => SimulatedRun.start(job, { threads })));
    if (paused === undefined || whole === undefined) throw new Error('not started');
    pause(paused, 1000, 61_000);
    await Promise.all([paused.finish(), whole.finish()]);
    const shifted = whole.sentMs().map((ms) => (ms < 1000 ? ms : ms + 60_000));
    expect(paused.sentMs().toSorted(ascending)).toEqual(shifted.toSorted(ascending).map(closeTo));
    expect(paused.end?.planned).toEqual(whole.end?.planned);
    expectConservation(paused);
  });

  test('keeps the rate of its stages: the curve stands still', async () => {
    const stages = [
      { pace: '0/s', duration: '0s' },
      { pace: '100/s', duration: '2s' },
      { pace: '100/s', duration: '1s' },
    ];
    const [paused, whole] = await Promise.all(
      [0, 1].map(() => SimulatedRun.start({ ...reads, stages, connections: 5 })),
    );
    if (paused === undefined || whole === undefined) throw new Error('not started');
    pause(paused, 1500, 4000);
    await Promise.all([paused.finish(), whole.finish()]);
    expect(whole.sentMs()).toHaveLength(200);
    expect(paused.sentMs()).toEqual(whole.sentMs().map((ms) => closeTo(ms < 1500 ? ms : ms + 2500)));
  });

  test('tickets that were late before the pause are as late after it', async () => {
    // One connection at 20 ms does half of 100 requests a second: at 1 s the next ticket is 500 ms late.
    const answer = () => ({ tookMs: 20 });
    const run = await SimulatedRun.start({ ...reads, pace: 100, duration: '2s', connections: 1 }, { answer });
    pause(run, 1000, 9000);
    await run.finish();
    expect(run.sentMs().filter((ms) => ms >= 1000 && ms < 9000)).toEqual([]);
    expect(run.tally()).toMatchObject({ started: 100, skipped: 100 });
    // The last ticket is that due at 990 ms of load, sent at 1980.
    expect(run.tally().lag?.maxSeconds).toBeCloseTo(0.99, 2);
    expectConservation(run);
  });

  test('tickets without a free connection are skipped before and after the pause, none in it', async () => {
    const answer = () => ({ tookMs: 15 });
    const job = { ...reads, pace: 100, duration: '2s', connections: 1, overload: 'skip' };
    const run = await SimulatedRun.start(job, { answer });
    pause(run, 1000, 9000);
    await run.finish();
    expect(run.tally()).toMatchObject({ started: 100, skipped: 100 });
    expectConservation(run);
  });

  test('pauses within the warm-up, which is as long as planned', async () => {
    const job = { ...reads, pace: 100, duration: '1s', warm_up: '1s', connections: 2 };
    const run = await SimulatedRun.start(job);
    pause(run, 400, 2000);
    await run.finish();
    expect(run.sentMs()).toHaveLength(200);
    expect(run.tally().started).toBe(100);
    expect(run.sentMs()[100]).toBe(1000 + 1600);
  });

  test('several pauses add up', async () => {
    const run = await SimulatedRun.start({ ...reads, pace: 10, duration: '1s', connections: 2 });
    pause(run, 250, 1000);
    pause(run, 1100, 2000);
    await run.finish();
    expect(run.sentMs()).toEqual([0, 100, 200, 1050, 2050, 2150, 2250, 2350, 2450, 2550]);
  });
});

describe('a job without a pace', () => {
  test('sends nothing in the pause and its requests in flight end', async () => {
    const answer = () => ({ tookMs: 100 });
    const run = await SimulatedRun.start({ ...reads, duration: '1s', connections: 3 }, { answer });
    pause(run, 450, 2000);
    await run.finish();
    // 5 rounds of 3 requests; those of 400 ms end within the pause. From 2000 on another 550 ms: 6 rounds.
    expect(run.sentMs().filter((ms) => ms > 400 && ms < 2000)).toEqual([]);
    expect(run.tally()).toMatchObject({ started: 33, ok: 33, aborted: 0 });
    expect(run.sentMs()[15]).toBe(2000);
    expect(run.sentMs().at(-1)).toBe(2500);
  });

  test('sends exactly its number of operations', async () => {
    const run = await SimulatedRun.start({ ...reads, operations: 7, connections: 2 }, { threads: 2 });
    pause(run, 15, 5000);
    await run.finish();
    expect(run.sentMs()).toEqual([0, 0, 10, 10, 5000, 5000, 5010]);
  });

  test('ends in the pause if it has sent all of its operations', async () => {
    const answer = () => ({ tookMs: 100 });
    const run = await SimulatedRun.start({ ...reads, operations: 2, connections: 2 }, { answer });
    run.steer({ kind: 'pause', atMs: run.startMs + 10 });
    await run.finish();
    expect((run.end?.endedMs ?? 0) - run.startMs).toBe(100);
  });

  test('think times stand still', async () => {
    const run = await SimulatedRun.start({ ...reads, duration: '1s', think_time: '90ms', connections: 1 });
    pause(run, 250, 1000);
    await run.finish();
    // The request of 200 ms ends at 210, and 40 of 90 ms have passed at the pause.
    expect(run.sentMs().slice(0, 5)).toEqual([0, 100, 200, 1050, 1150]);
    expect(run.tally().started).toBe(10);
  });
});

describe('a scenario', () => {
  const steps = [
    { name: 'a', http: { path: '/a' }, think_time: '100ms' },
    { name: 'b', http: { path: '/b' } },
    { name: 'c', http: { path: '/c' } },
  ];

  test('its users wait before their next request, and think times stand still', async () => {
    const run = await SimulatedRun.start({ steps, operations: 2, connections: 1 });
    // a: 0 to 10, think until 110, of which 40 ms are left at the pause.
    pause(run, 70, 1000);
    await run.finish();
    expect(run.sentMs()).toEqual([0, 1040, 1050, 1060, 1170, 1180]);
    // The duration of an iteration is without think times and pauses.
    expect(run.tally().service.maxSeconds).toBeCloseTo(0.03, 6);
    expect(run.tally().ok).toBe(2);
  });

  test('a request in flight ends in the pause, and the next one is sent after it', async () => {
    const answer = () => ({ tookMs: 50 });
    const run = await SimulatedRun.start({ steps, operations: 1, connections: 1 }, { answer });
    pause(run, 170, 1000);
    await run.finish();
    // b is sent at 150 and ends at 200, in the pause.
    expect(run.sentMs()).toEqual([0, 150, 1000]);
    expect(run.tally().service.maxSeconds).toBeCloseTo(0.15, 6);
  });

  test('a stop in the pause lets iterations end', async () => {
    const run = await SimulatedRun.start({ steps, operations: 5, connections: 1 });
    run.passTo(60);
    run.steer({ kind: 'pause', atMs: run.startMs + 70 });
    run.passTo(1000);
    run.stop();
    await run.finish();
    // 40 ms of the think time were left.
    expect(run.sentMs()).toEqual([0, 1040, 1050]);
    expect(run.tally()).toMatchObject({ started: 1, ok: 1 });
  });

  test('a stop without drain in the pause aborts iterations whose next request waits', async () => {
    const run = await SimulatedRun.start({ steps, operations: 5, connections: 2 });
    run.passTo(115);
    run.steer({ kind: 'pause', atMs: run.startMs + 125 });
    run.passTo(1000);
    run.stop(0);
    await run.finish();
    // b was sent at 110 and ended at 120; c was sent at 120, and ended in the pause: the iterations are complete.
    expect(run.sentMs()).toEqual([0, 0, 110, 110, 120, 120]);
    expect(run.tally()).toMatchObject({ started: 2, ok: 2, aborted: 0 });
  });

  test('a stop without drain aborts an iteration whose last request waits for the end of the pause', async () => {
    const run = await SimulatedRun.start({ steps, operations: 5, connections: 1 });
    run.passTo(112);
    run.steer({ kind: 'pause', atMs: run.startMs + 115 });
    run.passTo(1000);
    run.stop(0);
    await run.finish();
    expect(run.sentMs()).toEqual([0, 110]);
    expect(run.tally()).toMatchObject({ started: 1, ok: 0, aborted: 1 });
  });

  test('the number of users stands still', async () => {
    const job = {
      steps: [{ name: 'a', http: { path: '/a' }, think_time: '990ms' }],
      users: [{ users: 4, duration: '4s' }],
      duration: '6s',
    };
    const [paused, whole] = await Promise.all([0, 1].map(() => SimulatedRun.start(job)));
    if (paused === undefined || whole === undefined) throw new Error('not started');
    pause(paused, 2500, 10_000);
    await Promise.all([paused.finish(), whole.finish()]);
    expect(whole.sentMs().length).toBeGreaterThan(5);
    expect(paused.sentMs()).toEqual(whole.sentMs().map((ms) => (ms < 2500 ? ms : ms + 7500)));
  });
});

describe('a stop', () => {
  test('in the pause ends the job: tickets of the pause are not skipped ones', async () => {
    const run = await SimulatedRun.start({ ...reads, pace: 100, duration: '10s', connections: 5 });
    run.passTo(990);
    run.steer({ kind: 'pause', atMs: run.startMs + 1005 });
    run.passTo(5000);
    run.stop();
    await run.finish();
    expect(run.tally()).toMatchObject({ started: 101, skipped: 0, ok: 101 });
    expectConservation(run);
  });

  test('without drain aborts the requests in flight', async () => {
    const answer = () => ({ tookMs: 60_000 });
    const job = { ...reads, pace: 100, duration: '10s', connections: 5, timeout: '90s' };
    const run = await SimulatedRun.start(job, { answer });
    run.passTo(1005);
    run.stop(0);
    await run.finish();
    expect(run.tally()).toMatchObject({ started: 5, ok: 0, aborted: 5, skipped: 96 });
    expect((run.end?.endedMs ?? 0) - run.startMs).toBe(1005);
    expectConservation(run);
  });

  test('with a shorter drain after one with a longer one aborts them then', async () => {
    const answer = () => ({ tookMs: 60_000 });
    const job = { ...reads, duration: '100s', connections: 2, timeout: '90s', drain: '30s' };
    const run = await SimulatedRun.start(job, { answer });
    run.passTo(1000);
    run.stop();
    run.passTo(2000);
    run.stop(3000);
    await run.finish();
    expect(run.tally()).toMatchObject({ started: 2, aborted: 2 });
    // Counted from the first stop.
    expect((run.end?.endedMs ?? 0) - run.startMs).toBe(4000);
  });
});

const poisson = { pace: '200/s', arrival: 'poisson' };
const ascending = (a: number, b: number): number => a - b;
/** Sums of times are rounded differently. */
const closeTo = (ms: number): unknown => expect.closeTo(ms, 6);
