import { describe, expect, it } from 'vitest';
import { ABORTED, OK } from '../../../src/shared/outcome.ts';
import { allocateTally, tallyLayout, readTally } from '../../../src/recorder/tally.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { addTallies } from '../../../src/recorder/add-tallies.ts';

const BOUNDS = [0.01, 0.1];
const ORIGIN = 1_700_000_000_000;

function open(paced = true) {
  const layout = tallyLayout(BOUNDS, paced, true);
  const memories = [allocateTally(layout), allocateTally(layout)] as const;
  const recorders = memories.map((memory) => new Recorder(memory, layout));
  const done = (thread: 0 | 1, sequence: number, serviceMs: number, responseMs: number, nowMs: number): void => {
    recorders[thread]?.start();
    recorders[thread]?.finish(OK, serviceMs, responseMs, sequence, nowMs);
  };
  return { layout, memories, recorders, done, read: () => readTally(memories, layout, 'counts', ORIGIN) };
}

describe('exemplars', () => {
  it('are the newest request of each bucket, over all threads', () => {
    const { done, read } = open();
    done(0, 11, 5, 50, 1000);
    done(0, 12, 7, 70, 1001);
    done(1, 13, 9, 200, 1002);
    done(1, 14, 60, 300, 1003);
    done(0, 15, 50, 300, 1002.5);
    const { service, response, lag } = read();
    expect(service.exemplars).toEqual([
      { sequence: 13, seconds: 0.009, epochMs: ORIGIN + 1002 },
      { sequence: 14, seconds: 0.06, epochMs: ORIGIN + 1003 },
      undefined,
    ]);
    expect(response?.exemplars?.map((one) => one?.sequence)).toEqual([undefined, 12, 14]);
    expect(lag?.exemplars).toBeUndefined();
    expect(service.counts).toEqual([3, 2, 0]);
  });

  it('keep ticket numbers exactly', () => {
    const { done, read } = open();
    done(0, 2 ** 53 - 1, 1, 1, 1);
    expect(read().service.exemplars?.[0]?.sequence).toBe(2 ** 53 - 1);
  });

  it('exclude aborted requests', () => {
    const { recorders, read } = open();
    recorders[0]?.start();
    recorders[0]?.finish(ABORTED, 1, 1, 7, 1000);
    expect(read().service.exemplars).toEqual([undefined, undefined, undefined]);
  });

  it('do not change other counts', () => {
    const layout = tallyLayout(BOUNDS, true);
    const memory = allocateTally(layout);
    const plain = new Recorder(memory, layout);
    const traced = open();
    for (let index = 0; index < 100; index++) {
      for (const recorder of [plain, traced.recorders[0]]) {
        recorder?.start();
        recorder?.lag(index);
        recorder?.finish(OK, index * 2, index * 3, index, 1000 + index);
        recorder?.traffic(10, 20);
      }
    }
    const tally = traced.read();
    const without = readTally([memory], layout, 'counts', ORIGIN);
    expect({ ...tally, service: undefined, response: undefined }).toEqual({
      ...without,
      service: undefined,
      response: undefined,
    });
    expect({ ...tally.service, exemplars: undefined }).toEqual({ ...without.service, exemplars: undefined });
    expect(without.service.exemplars).toBeUndefined();
  });

  it('use memory only if enabled', () => {
    expect(tallyLayout(BOUNDS, true, false).length).toBe(tallyLayout(BOUNDS, true).length);
    expect(tallyLayout(BOUNDS, true, true).length - tallyLayout(BOUNDS, true).length).toBe(2 * 3 * 3);
    expect(tallyLayout(BOUNDS, false, true).length - tallyLayout(BOUNDS, false).length).toBe(3 * 3);
  });

  it('of two tallies keep the newer ones', () => {
    const a = open(false);
    const b = open(false);
    a.done(0, 1, 5, 5, 2000);
    b.done(0, 2, 6, 6, 1000);
    b.done(0, 3, 60, 60, 1000);
    for (const sum of [addTallies(a.read(), b.read()), addTallies(b.read(), a.read())]) {
      expect(sum.service.exemplars?.map((one) => one?.sequence)).toEqual([1, 3, undefined]);
    }
  });
});
