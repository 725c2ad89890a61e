import { describe, expect, test } from 'vitest';
import { failure, type FailureDetail, MISS, OK, type Outcome } from '../../../src/shared/outcome.ts';
import type { Exchange, Session } from '../../../src/drivers/driver.ts';
import { Worker, type WorkerOwner } from '../../../src/engine/worker.ts';
import { allocateTally, tallyLayout, readTally } from '../../../src/recorder/tally.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { requestsOf } from '../../../src/recorder/snapshot.ts';

/** Answers the operations of a request in turn, each 10 ms after it was sent. */
function setUp(outcomes: readonly Outcome[], details: readonly FailureDetail[] = []) {
  const layout = tallyLayout([0.1], false);
  const memory = allocateTally(layout);
  let nowMs = 0;
  const sent: number[] = [];
  const finished: Outcome[] = [];
  const owner: WorkerOwner = { nowMs: () => nowMs, onFinished: (_, outcome) => finished.push(outcome) };
  const session: Session = {
    execute(exchange: Exchange) {
      exchange.sentMs = nowMs;
      sent.push(exchange.operation);
      nowMs += 10;
      exchange.sentBytes = 3;
      exchange.detail = details[sent.length - 1];
      exchange.done(outcomes[sent.length - 1] ?? OK);
    },
    cancel() {},
    reconnect() {},
    forget() {},
    close: () => Promise.resolve(),
  };
  const worker = new Worker(owner, session);
  return { worker, sent, finished, recorder: new Recorder(memory, layout), tally: () => readTally([memory], layout) };
}

describe('a request that reads before it writes', () => {
  const steps = { operation: 1, first: 2 };

  test('counts as one request, from the first byte to the last', () => {
    const { worker, sent, finished, recorder, tally } = setUp([OK, OK]);
    worker.start(recorder, 0, steps, 0, 0);
    expect([sent, finished]).toEqual([[2, 1], [OK]]);
    expect(requestsOf(tally())).toBe(1);
    expect(tally().sentBytes).toBe(6);
    expect(tally().service.sumSeconds).toBeCloseTo(0.02, 9);
  });

  test.each([
    ['finds nothing', MISS],
    ['fails', failure('reset')],
  ])('changes nothing when the read %s', (_, outcome) => {
    const { worker, sent, finished, recorder } = setUp([outcome]);
    worker.start(recorder, 0, steps, 0, 0);
    expect([sent, finished]).toEqual([[2], [outcome]]);
    // And the next request is on its own again.
    worker.start(recorder, 1, { operation: 0, first: undefined }, 10, 10);
    expect([sent, finished]).toEqual([
      [2, 0],
      [outcome, OK],
    ]);
  });
});

test('counts the error detail of a database', () => {
  const { worker, recorder, tally } = setUp([failure('driver'), failure('driver')], ['deadlock']);
  worker.start(recorder, 0, { operation: 0, first: undefined }, 0, 0);
  worker.start(recorder, 1, { operation: 0, first: undefined }, 10, 10);
  expect(tally().details).toEqual({ deadlock: 1 });
  expect(tally().errors.driver).toBe(2);
});

test('a request belongs to the phases that were active when it was sent', () => {
  const layout = tallyLayout([0.1], false);
  const memories = Array.from({ length: 3 }, () => allocateTally(layout));
  const [own, ...phases] = memories.map((memory) => new Recorder(memory, layout));
  if (own === undefined) throw new Error('there are three');
  const recorder = new Recorder(allocateTally(layout), layout, [own, ...phases]);
  const { worker } = setUp([OK, OK, failure('reset')]);
  const steps = { operation: 0, first: undefined };
  worker.start(recorder, 0, steps, 0, 0, 0b000);
  worker.start(recorder, 1, steps, 10, 10, 0b101);
  worker.start(recorder, 2, steps, 20, 20, 0b100);
  const inside = memories.map((memory) => readTally([memory], layout));
  expect(inside.map(requestsOf)).toEqual([1, 0, 2]);
  expect(inside.map(({ errors }) => errors.reset)).toEqual([0, 0, 1]);
  expect(inside.map(({ service }) => service.latency.total)).toEqual([1, 0, 2]);
});
