import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { LiveFeed } from '../../../src/agent/live/live-feed.ts';
import { TimelineRecorder } from '../../../src/analysis/job-timeline.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { allocateTally, readTally, tallyLayout } from '../../../src/recorder/tally.ts';
import { PartialEncoder } from '../../../src/reports/document/partial-encoder.ts';
import { OK } from '../../../src/shared/outcome.ts';
import { Draws } from '../analysis/runs.ts';
import { ValidityWatch } from '../../../src/validity/watch.ts';
import { BOUNDS, buildJob, buildResult, buildSnapshot, request } from '../../snapshot-builder.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { FakeResponse } from './live/fake-response.ts';
import { statusAt } from './statuses.ts';

const START = Date.UTC(2026, 0, 2, 3, 4, 5);
const MIB = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are still in use after a collection: of arrays, which hold the numbers, and of all other objects. */
async function liveBytes(): Promise<{ readonly arrays: number; readonly objects: number }> {
  // Memory of arrays is freed after the collection.
  for (let collections = 0; collections < 3; collections++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { arrays: arrayBuffers, objects: heapUsed };
}

test('an hour of a job takes less than a MiB of memory after its first minutes, with a page and a saved result', async () => {
  let seconds = 0;
  const layout = tallyLayout(BOUNDS, true, false, false, [], []);
  const memory = allocateTally(layout);
  const recorder = new Recorder(memory, layout);
  const draws = new Draws('latencies');
  const timelines = new TimelineRecorder(START);
  const encoder = new PartialEncoder();
  const validity = new ValidityWatch(() => ({
    atMs: seconds * 1000,
    machine: { cpu: undefined, throttling: [] },
    clocks: { cpuMs: seconds * 100, wallMs: seconds * 1000, uptimeMs: seconds * 1000 },
    files: undefined,
    threads: [],
  }));
  const status = await statusAt(1, []);
  const feed = new LiveFeed({
    exporters: () => [],
    status: () => status,
    clock: new VirtualClock(),
    render: () => Promise.resolve(''),
  });
  const run = feed.follow({
    runId: 'run-1',
    workload: 'shop',
    thresholds: { standings: [] },
    waits: () => [],
    system: () => ({ sources: [], phases: [] }),
  });
  run.begin(buildSnapshot([], START), () => timelines.soFar());
  const page = new FakeResponse();
  feed.connect(page.response, undefined, false);
  await new Promise((resolve) => setImmediate(resolve));

  const sketch = buildJob({ name: 'reads', status: 'in_progress', paced: true });
  let savedBytes = 0;
  const second = async (): Promise<void> => {
    seconds++;
    // From 0.1 to 10 ms, as on a busy machine: each second has slots that no other has.
    for (let sent = 0; sent < 150; sent++) request(recorder, OK, Math.exp(draws.normal()), Math.exp(draws.normal()));
    const job = { ...sketch, elapsedMs: seconds * 1000, measured: readTally([memory], layout) };
    const now = buildSnapshot([job], START + seconds * 1000);
    timelines.update(now);
    validity.update(now);
    run.update(now, []);
    page.written.length = 0;
    if (seconds % 10 !== 0) return;
    const result = buildResult([job], { courses: timelines.soFar(), partial: true });
    savedBytes = (await encoder.encode(result)).reduce((sum, part) => sum + part.length, 0);
  };
  const pass = async (): Promise<void> => {
    for (let times = 0; times < 60; times++) await second();
  };
  for (let minute = 0; minute < 5; minute++) await pass();
  const before = await liveBytes();
  for (let minute = 5; minute < 60; minute++) await pass();
  const after = await liveBytes();
  expect(timelines.soFar()['uuid-of-reads/read']?.timeline).toHaveLength(3600);
  expect(savedBytes).toBeGreaterThan(200_000);
  const perHour = (was: number, is: number): number => (is - was) / (3300 / 3600) / MIB;
  const [arrays, objects] = [perHour(before.arrays, after.arrays), perHour(before.objects, after.objects)];
  if (process.env['LOADBOT_SHOW_COSTS'] === '1')
    console.log(`arrays ${arrays.toFixed(2)}, objects ${objects.toFixed(2)} MiB an hour`);
  // 88 bytes of each second in memory, 70 as the text of the saved result, and the histograms of the intervals.
  expect(arrays).toBeLessThan(0.9);
  // Compiled code comes and goes; an object kept each second would take more.
  expect(objects).toBeLessThan(2);
});
