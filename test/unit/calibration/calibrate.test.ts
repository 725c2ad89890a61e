import { expect, test } from 'vitest';
import { calibrate } from '../../../src/calibration/calibrate.ts';
import type { TrialLoad } from '../../../src/calibration/load.ts';
import { failure, OK } from '../../../src/shared/outcome.ts';
import { request } from '../../snapshot-builder.ts';
import { buildPlayed, simulate } from './trial-builder.ts';

const settings = { threads: 1, connections: 50, durationMs: 2000 };

test('finds the floor, the maximum and the knee of a simulated machine', async () => {
  const loads: TrialLoad[] = [];
  const lines: string[] = [];
  const play = simulate(60_000, 40_000);
  const { floor, fastest, knee, steps, atKnee, doubts } = await calibrate({
    ...settings,
    play: (load) => {
      loads.push(load);
      return play(load);
    },
    onProgress: (line) => lines.push(line),
  });
  expect(knee).toEqual({ holds: 39_400, fails: 41_300 });
  expect(steps.map(({ rate, fault }) => [rate, fault === undefined])).toEqual([
    [30_000, true],
    [45_000, false],
    [45_000, false],
    [37_500, true],
    [41_300, false],
    [41_300, false],
    [39_400, true],
  ]);
  expect(fastest.tally.started).toBe(9600); // 60,000/s in 4/5 of a tenth of 2 s
  expect(atKnee?.tally.started).toBe(4413);
  expect(floor.parts.map(({ tally }) => tally.started)).toEqual([80, 80]);
  expect(doubts).toEqual([]);
  expect(loads[0]).toEqual({ rate: 400, threads: 1, connections: 4, warmUpMs: 50, durationMs: 200 });
  expect(loads[1]).toEqual({ rate: undefined, threads: 1, connections: 50, warmUpMs: 40, durationMs: 160 });
  expect(loads.at(-1)).toEqual(loads[0]);
  expect(lines).toHaveLength(10);
  expect(lines[1]).toBe('50 connections, unpaced: 60,000/s');
  expect(lines[3]).toBe('45,000/s: started late: p99 50.0ms');
});

test('warns about a machine that keeps no rate', async () => {
  const { knee, atKnee, doubts } = await calibrate({ ...settings, play: simulate(64_000, 500), onProgress: () => {} });
  expect(knee).toEqual({ holds: undefined, fails: 2000 });
  expect(atKnee).toBeUndefined();
  expect(doubts).toEqual([
    '2,000/s was not sustained with a p99 schedule lag of at most 5.00ms: other processes occupy the CPUs for that long',
  ]);
});

test('fails with the reason for a target that does not respond', async () => {
  const play = async () =>
    buildPlayed((recorder) => request(recorder, failure('refused'), 1, 0), {
      failures: [{ job: 'calibration', uuid: '1', errorClass: 'refused', message: 'connect ECONNREFUSED 127.0.0.1:9' }],
    });
  await expect(calibrate({ ...settings, play, onProgress: () => {} })).rejects.toThrow(
    'cannot calibrate: 100% of the requests to the target failed (refused: connect ECONNREFUSED 127.0.0.1:9)',
  );
  const nothing = async () => buildPlayed(() => {});
  await expect(calibrate({ ...settings, play: nothing, onProgress: () => {} })).rejects.toThrow(
    'cannot calibrate: no responses',
  );
});

test('tolerates one failure in a hundred', async () => {
  const play = (failures: number) => async () =>
    buildPlayed((recorder) => {
      for (let n = 0; n < 200; n++) request(recorder, n < failures ? failure('status_5xx') : OK, 1, 0);
    });
  const { floor } = await calibrate({ ...settings, play: play(2), onProgress: () => {} });
  expect(floor.parts[0].tally.ok).toBe(198);
  await expect(calibrate({ ...settings, play: play(3), onProgress: () => {} })).rejects.toThrow(
    '1.50% of the requests',
  );
});
