import { expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/shared/clock.ts';
import { HANG_LIMIT_MS, PING_EVERY_MS } from '../../../src/engine/time-limits.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { LoadClock } from '../../../src/shared/load-clock.ts';
import { ThreadUnit } from '../../../src/engine/thread-unit.ts';
import { allocateTally, tallyLayout, readTally } from '../../../src/recorder/tally.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { planOf, requestJob } from './plans.ts';

const terminated: string[] = [];

function unitOf(script: string, job = requestJob(), clock: Clock = systemClock()): ThreadUnit {
  const entry = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
  return new ThreadUnit({
    phases: new SharedArrayBuffer(4),
    plan: planOf([job]),
    place: { rank: 5, of: 7 },
    thread: 0,
    entry,
    clock,
    loadClock: new LoadClock(clock),
    onFailure: () => {},
    onTerminated: (message) => terminated.push(message),
  });
}

const layout = tallyLayout([0.1], false);
const memory = { measured: allocateTally(layout), warmUp: undefined, phases: [] };
const preparation = { firstDocument: 0, documentStride: 1, population: 0, oldest: 0, readsOwnWrites: false };
const unitMemory = { parts: [memory], watermarks: undefined };

test('a crashed thread fails its commands and keeps its recorded counts', async () => {
  const unit = unitOf(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ memory }) => {
      new Float64Array(memory.parts[0].measured)[0] = 7;
      throw new Error('out of luck');
    });`);
  await expect(unit.prepare(0, preparation, unitMemory)).rejects.toThrow('load thread 0 failed: out of luck');
  // And everything asked of it later.
  await expect(unit.run(0, 0)).rejects.toThrow('out of luck');
  await unit.close();
  expect(readTally([memory.measured], layout).started).toBe(7);
});

test('detects a thread that exits', async () => {
  const unit = unitOf('process.exit(3)');
  await expect(unit.prepare(0, preparation, unitMemory)).rejects.toThrow('load thread 0 exited with code 3');
  await unit.close();
});

test('memory is shared, not copied', async () => {
  const unit = unitOf(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ order, id, memory }) => {
      if (order === 'prepare') new Float64Array(memory.parts[0].measured)[1] = 3;
      parentPort.postMessage({ answer: 'done', id, end: undefined });
    });`);
  new Recorder(memory.measured, layout).skip(2);
  await unit.prepare(0, preparation, unitMemory);
  await unit.close();
  expect(readTally([memory.measured], layout).skipped).toBe(3);
});

test('a thread reports its floor before its first reply', async () => {
  const unit = unitOf(`
    import { parentPort } from 'node:worker_threads';
    parentPort.postMessage({ answer: 'floor', floor: { samples: 200, p50Seconds: 0.00004, p99Seconds: 0.0001 } });
    parentPort.on('message', ({ id }) => parentPort.postMessage({ answer: 'done', id, end: undefined }));`);
  expect(unit.floor).toBeUndefined();
  await unit.prepare(0, preparation, unitMemory);
  expect(unit.floor).toEqual({ samples: 200, p50Seconds: 0.00004, p99Seconds: 0.0001 });
  await unit.close();
});

/** A thread that stores the size of its young generation in MiB, after it had more objects alive than fit into a small one. */
const ALLOCATING = `
  import { parentPort } from 'node:worker_threads';
  import { getHeapSpaceStatistics } from 'node:v8';
  parentPort.on('message', ({ order, id, memory }) => {
    let largest = 0;
    for (let round = 0; order === 'prepare' && round < 50; round++) {
      const alive = Array.from({ length: 60_000 }, (_, number) => ({ number, list: [number] }));
      const { space_size } = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
      largest = Math.max(largest, space_size, alive.length);
    }
    if (order === 'prepare') new Float64Array(memory.parts[0].measured)[1] = largest / 2 ** 20;
    parentPort.postMessage({ answer: 'done', id, end: undefined });
  });`;

test.each([
  ['limited with few connections', 7 * 1000, 8, 9],
  ['that of V8 with many', 7 * 1001, 16, 64],
])('the young generation of a thread is %s', async (_, connections, least, most) => {
  const unit = unitOf(ALLOCATING, { ...requestJob(), connections });
  const part = { measured: allocateTally(layout), warmUp: undefined, phases: [] };
  await unit.prepare(0, preparation, { parts: [part], watermarks: undefined });
  await unit.close();
  const mib = readTally([part.measured], layout).skipped;
  expect(mib).toBeGreaterThanOrEqual(least);
  expect(mib).toBeLessThanOrEqual(most);
});

/** A thread that prepares, and then does nothing that it is asked for. */
const HANGING = `
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ order, id, memory }) => {
    if (order === 'prepare') {
      new Float64Array(memory.parts[0].measured)[0] = 7;
      parentPort.postMessage({ answer: 'done', id, end: undefined });
    }
    if (order === 'run' && BUSY) for (;;);
  });`;

test.each([
  ['waits for ever', 'false'],
  ['never leaves a loop', 'true'],
])('a thread that %s is terminated a second after the drain of its job, and keeps its counts', async (_, busy) => {
  terminated.length = 0;
  const job = requestJob({ drainMs: 300, durationMs: Infinity });
  const unit = unitOf(HANGING.replace('BUSY', busy), job);
  await unit.prepare(0, preparation, unitMemory);
  const running = unit.run(0, 0);
  const startMs = performance.now();
  unit.stop();
  const message = `load thread 0 did not end job ${job.name} within 1.30s and was terminated`;
  await expect(running).rejects.toThrow(message);
  expect(performance.now() - startMs).toBeGreaterThan(1290);
  expect(terminated).toEqual([message]);
  await unit.close();
  expect(readTally([memory.measured], layout).started).toBe(7);
});

test('terminates a thread that does not stop preparing after a second', async () => {
  const unit = unitOf('setInterval(() => {}, 1000)');
  const preparing = unit.prepare(0, preparation, unitMemory);
  unit.stop();
  await expect(preparing).rejects.toThrow('within 1.00s and was terminated');
  await unit.close();
});

test('abandons a thread that does not close', async () => {
  const unit = unitOf(HANGING.replace('BUSY', 'false'));
  await unit.prepare(0, preparation, unitMemory);
  const startMs = performance.now();
  await unit.close();
  expect(performance.now() - startMs).toBeGreaterThan(990);
});

test('terminates a thread with a blocked event loop after a minute, regardless of its job', async () => {
  const clock = new VirtualClock();
  const job = requestJob({ durationMs: Infinity, operations: 10 });
  const unit = unitOf(HANGING.replace('BUSY', 'true'), job, clock);
  await unit.prepare(0, preparation, unitMemory);
  const running = unit.run(0, 0);
  clock.pass(HANG_LIMIT_MS + PING_EVERY_MS);
  await expect(running).rejects.toThrow('load thread 0 did not respond for 1m00s and was terminated');
  expect(readTally([memory.measured], layout).started).toBe(7);
});
