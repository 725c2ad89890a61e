import { describe, expect, test } from 'vitest';
import { SimulatedRun } from './scenario/simulated-run.ts';

const reads = { type: 'read', http: { path: '/' } };

/** Changes the pace at a time after the start of the load, 10 ms ahead. */
function pace(run: SimulatedRun, atMs: number, factor: number): void {
  run.passTo(atMs - 10);
  run.steer({ kind: 'pace', atMs: run.startMs + atMs, job: 0, factor });
  run.passTo(atMs);
}

describe('a changed pace', () => {
  test('applies from its time on: the schedule before it stays, and a part of a gap is kept', async () => {
    const run = await SimulatedRun.start({ ...reads, pace: 100, duration: '2s', connections: 5 });
    pace(run, 1005, 2);
    await run.finish();
    const sent = run.sentMs();
    // Half of the gap after ticket 100 has passed; the other half takes 2.5 ms instead of 5.
    expect(sent.slice(99, 104)).toEqual([990, 1000, 1007.5, 1012.5, 1017.5]);
    // 100.5 tickets in the first 1005 ms, and 199 in the other 995.
    expect(sent).toHaveLength(300);
    expect(run.end?.planned).toEqual([300]);
    expect(run.tally()).toMatchObject({ started: 300, skipped: 0 });
    expect(run.tally().lag?.maxSeconds).toBe(0);
  });

  test('several changes follow each other, and x1 is the pace of the plan again', async () => {
    const run = await SimulatedRun.start({ ...reads, pace: 100, duration: '4s', connections: 5 });
    pace(run, 1000, 3);
    pace(run, 2000, 0.5);
    pace(run, 3000, 1);
    await run.finish();
    const within = (from: number, to: number): number => run.sentMs().filter((ms) => ms >= from && ms < to).length;
    expect([within(0, 1000), within(1000, 2000), within(2000, 3000), within(3000, 4000)]).toEqual([100, 300, 50, 100]);
  });

  test.each([2, 3])('is the same on %i threads as on one', async (threads) => {
    const job = { ...reads, pace: 100, duration: '2s', connections: 7 };
    const [many, one] = [await SimulatedRun.start(job, { threads }), await SimulatedRun.start(job)];
    for (const run of [many, one]) {
      pace(run, 701, 2.5);
      pace(run, 1503, 0.2);
      await run.finish();
    }
    expect(many.sentMs().toSorted(ascending)).toEqual(one.sentMs().toSorted(ascending));
    expect(many.end?.planned).toEqual(one.end?.planned);
  });

  test('moves Poisson arrivals closer together, and keeps their number', async () => {
    const job = { ...reads, pace: 50, precision: '0s', arrival: 'poisson', duration: '4s', connections: 20 };
    const [scaled, whole] = [await SimulatedRun.start(job), await SimulatedRun.start({ ...job, duration: '6s' })];
    pace(scaled, 2000, 2);
    await Promise.all([scaled.finish(), whole.finish()]);
    // 2 s at twice the rate are 4 s of the plan.
    const expected = whole.sentMs().map((ms) => (ms < 2000 ? ms : 2000 + (ms - 2000) / 2));
    expect(scaled.sentMs()).toEqual(expected.map((ms) => expect.closeTo(ms, 6)));
    expect(scaled.sentMs().length).toBeGreaterThan(200);
  });

  test('multiplies the curve of stages', async () => {
    const stages = [
      { pace: '100/s', duration: '2s' },
      { pace: '100/s', duration: '2s' },
    ];
    const run = await SimulatedRun.start({ ...reads, stages, connections: 5 });
    pace(run, 3000, 0.5);
    await run.finish();
    const late = run.sentMs().filter((ms) => ms >= 3000);
    // 100 tickets in the ramp, 100 in the second at 100/s, and 50 in that at half.
    expect([run.sentMs().length, late.length]).toEqual([250, 50]);
    expect(late.slice(0, 3)).toEqual([3000, 3020, 3040].map((ms) => expect.closeTo(ms, 6)));
  });

  test('of a warm-up applies to it and to the measured part', async () => {
    const job = { ...reads, pace: 100, duration: '1s', warm_up: '1s', connections: 2 };
    const run = await SimulatedRun.start(job);
    pace(run, 500, 2);
    await run.finish();
    expect(run.sentMs()).toHaveLength(350);
    expect(run.tally().started).toBe(200);
  });

  test('in a pause applies from its end on', async () => {
    const run = await SimulatedRun.start({ ...reads, pace: 100, duration: '2s', connections: 2 });
    run.passTo(990);
    run.steer({ kind: 'pause', atMs: run.startMs + 1000 });
    pace(run, 5000, 2);
    run.steer({ kind: 'resume', atMs: run.startMs + 9000 });
    await run.finish();
    expect(run.sentMs()).toHaveLength(300);
    expect(run.sentMs().slice(99, 103)).toEqual([990, 9000, 9005, 9010]);
  });

  test('leaves tickets that are late as late as they were', async () => {
    const run = await SimulatedRun.start(
      { ...reads, pace: 100, duration: '2s', connections: 1 },
      { answer: () => ({ tookMs: 20 }) },
    );
    pace(run, 1000, 0.1);
    await run.finish();
    // 100 tickets are due in the first second and 10 in the second one, which is just enough time for 50 of them.
    expect(run.end?.planned).toEqual([110]);
    expect(run.tally()).toMatchObject({ started: 100, skipped: 10 });
  });
});

describe('a changed number of connections', () => {
  test('lets only that many send requests; the others finish theirs', async () => {
    const answer = () => ({ tookMs: 100 });
    const run = await SimulatedRun.start({ ...reads, duration: '1s', connections: 4 }, { answer });
    run.passTo(250);
    run.steer({ kind: 'connections', job: 0, connections: 1 });
    run.passTo(650);
    run.steer({ kind: 'connections', job: 0, connections: 3 });
    await run.finish();
    // One sends at 300, 400, 500 and 600 ms; two more begin at 650 ms.
    const sent = run.sentMs();
    expect(sent.slice(0, 12)).toEqual([0, 0, 0, 0, 100, 100, 100, 100, 200, 200, 200, 200]);
    expect(sent.slice(12)).toEqual([300, 400, 500, 600, 650, 650, 700, 750, 750, 800, 850, 850, 900, 950, 950]);
    expect(run.tally()).toMatchObject({ started: 27, ok: 27, aborted: 0 });
  });

  test('keeps the schedule of a paced job, whose requests wait for the ones that are left', async () => {
    const answer = () => ({ tookMs: 20 });
    const run = await SimulatedRun.start({ ...reads, pace: 100, duration: '2s', connections: 4 }, { answer });
    run.passTo(1000);
    run.steer({ kind: 'connections', job: 0, connections: 1 });
    await run.finish();
    const users = new Set(run.requests.filter(({ atMs }) => atMs - run.startMs > 1000).map(({ user }) => user));
    expect([...users]).toEqual([0]);
    expect(run.end?.planned).toEqual([200]);
    expect(run.tally().started + run.tally().skipped).toBe(200);
    expect(run.tally().lag?.maxSeconds).toBeGreaterThan(0.4);
  });

  test('is that of all threads together', async () => {
    const run = await SimulatedRun.start({ ...reads, duration: '1s', connections: 8 }, { threads: 3 });
    run.passTo(105);
    run.steer({ kind: 'connections', job: 0, connections: 4 });
    await run.finish();
    const users = new Set(run.requests.filter(({ atMs }) => atMs - run.startMs > 120).map(({ user }) => user));
    expect([...users].toSorted(ascending)).toEqual([0, 1, 2, 3]);
  });
});

const ascending = (a: number, b: number): number => a - b;
