import { describe, expect, it } from 'vitest';
import { TargetStatistics } from '../../../../src/drivers/embedded/target-statistics.ts';

describe('the statistics of the target', () => {
  it('always satisfy: requests = responses + abandoned + in flight', () => {
    const truth = new TargetStatistics(0, undefined);
    for (let n = 0; n < 10; n++) truth.arrived(1000);
    for (let n = 0; n < 4; n++) truth.answered('read', 200);
    truth.answered('read', 404);
    truth.answered('write', 201);
    truth.abandoned();
    expect(truth.stats(1000, { users: 1 })).toMatchObject({
      requests: 10,
      inFlight: 3,
      abandoned: 1,
      responses: { read: { 200: 4, 404: 1 }, write: { 201: 1 } },
      documents: { users: 1 },
    });
  });

  it('count arrivals per second of Unix time, empty seconds included', () => {
    const truth = new TargetStatistics(0, undefined);
    for (const epochMs of [5500, 5999.9, 6000, 9000, 9001, 9999]) truth.arrived(epochMs);
    expect(truth.stats(9999, {}).arrivals).toEqual({ firstSecond: 5, counts: [2, 1, 0, 0, 3] });
  });

  it('keep the last hour of arrivals', () => {
    const truth = new TargetStatistics(0, undefined);
    for (let second = 0; second < 10_000; second++) for (let n = 0; n <= second % 3; n++) truth.arrived(second * 1000);
    const { firstSecond, counts } = truth.stats(0, {}).arrivals;
    expect(firstSecond).toBe(6400);
    expect(counts).toEqual(Array.from({ length: 3600 }, (_, index) => ((6400 + index) % 3) + 1));
  });

  it('list stalls with timestamps, the current one without an end', () => {
    const truth = new TargetStatistics(1_000_000, { everyMs: 20_000, forMs: 2000 });
    expect(truth.stats(1_000_000, {}).stalls).toEqual({ begun: 0, ended: 0, latest: [] });
    expect(truth.stats(1_039_000, {}).stalls).toEqual({
      begun: 2,
      ended: 1,
      latest: [
        { begunEpochMs: 1_018_000, endedEpochMs: 1_020_000 },
        { begunEpochMs: 1_038_000, endedEpochMs: null },
      ],
    });
  });
});
