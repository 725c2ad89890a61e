#!/usr/bin/env node
// Measures the cost of recording: the same engine and driver in one process, alternately with the real recorder and with
// one that does nothing. Turns are short and many, so that disturbances of the machine affect both.
// Argument: the URL of a server. Environment: BENCH_TURNS.
import { systemClock } from '#dist/shared/clock.js';
import { driverOf } from '#dist/driver-catalog.js';
import { JobRun } from '#dist/engine/job-run.js';
import { MeasurementWindow } from '#dist/engine/measurement-window.js';
import { ThreadPartition } from '#dist/engine/thread-partition.js';
import { createJobMix, createOperations } from '#dist/engine/operations.js';
import { createRequestData } from '#dist/data/create-request-data.js';
import { sendsRequests } from '#dist/plan/plan.js';
import { allocateTally, tallyLayout } from '#dist/recorder/tally.js';
import { Recorder } from '#dist/recorder/recorder.js';
import { median } from './machine.js';
import { planOf } from './plan.js';

const CONNECTIONS = 50;
const TURNS = Number(process.env['BENCH_TURNS'] ?? 40);
const TURN_MS = 250;
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

class NoRecorder extends Recorder {
  /** @override */ start() {}
  /** @override */ skip() {}
  /** @override */ lag() {}
  /** @override */ traffic() {}
  /** @override */ finish() {}
}

const url = process.argv[2] ?? '';
const clock = systemClock();
const plan = await planOf({
  name: 'bench',
  connection_string: url,
  jobs: [{ type: 'read', collection: 'c', connections: CONNECTIONS, duration: '1s', http: { path: '/' } }],
});
const [job] = plan.jobs;
if (job === undefined || !sendsRequests(job)) throw new Error('the job sends requests');
const mix = createJobMix(job, plan.seed);
const { operations, steps } = await createOperations(job, (operation) => {
  const documents = { firstDocument: 0, documentStride: 1, population: 0, oldest: 0, completedBelow: undefined };
  return createRequestData({ job, operation, mix, seed: plan.seed, ...documents, clock });
});
const driver = (await driverOf(plan.target).load())({
  ...job,
  target: plan.target,
  operations,
  traceIds: undefined,
  sessions: CONNECTIONS,
  clock,
});
const sessions = await Promise.all(
  Array.from({ length: CONNECTIONS }, () => driver.connect(new AbortController().signal)),
);

/** @param {typeof Recorder} kind */
async function turn(kind) {
  const layout = tallyLayout(BOUNDS, false);
  const memory = allocateTally(layout);
  const share = new ThreadPartition(0, 1, CONNECTIONS);
  const startMs = clock.nowMs();
  const recorder = new kind(memory, layout);
  const limits = { startMs, endMs: startMs + TURN_MS, operations: Infinity };
  const before = process.cpuUsage();
  const run = new JobRun({
    clock,
    loadClock: clock,
    share,
    sessions,
    rowsEnd: Infinity,
    mix,
    steps,
    phases: new Int32Array(1),
    stretches: [new MeasurementWindow({ recorders: [recorder], mix, share, tickets: undefined, ...limits })],
    overload: 'queue',
    timeoutMs: 30_000,
    drainMs: 5000,
    precisionMs: 0,
    onFailure: (errorClass, failure) => console.error(errorClass, failure),
  });
  const { noneFrom } = await run.run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / noneFrom;
}

await turn(Recorder);
await turn(NoRecorder);
const ratios = [];
for (let round = 0; round < TURNS; round++) {
  const order = round % 2 === 0 ? [Recorder, NoRecorder] : [NoRecorder, Recorder];
  const micros = new Map();
  for (const kind of order) micros.set(kind, await turn(kind));
  ratios.push(micros.get(Recorder) / micros.get(NoRecorder));
}
console.log(
  `recording costs ${((median(ratios) - 1) * 100).toFixed(1)} % processor time a request (median of ${TURNS} pairs)`,
);
await Promise.all(sessions.map((session) => session.close()));
await driver.close();
