#!/usr/bin/env node
// What recording costs: the same engine and driver in one process, by turns with the real recorder and with one that
// does nothing. Turns are short and many, so that the machine's moods fall on both.
import { systemClock } from '../../dist/shared/clock.js';
import { loadDriver } from '../../dist/drivers/registry.js';
import { JobRun } from '../../dist/engine/job-run.js';
import { Stretch } from '../../dist/engine/stretch.js';
import { Share } from '../../dist/engine/share.js';
import { createMix } from '../../dist/data/mix.js';
import { allocateTally, tallyLayout } from '../../dist/recorder/layout.js';
import { Recorder } from '../../dist/recorder/recorder.js';
import { median } from './machine.js';

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
const http = {
  version: 1,
  tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false },
  proxy: undefined,
  unixSocket: undefined,
  maxHeaderBytes: 1024 * 1024,
  headers: {},
  method: undefined,
  // The same in every request, so that there is no data to make.
  path: '/',
  body: undefined,
  expectStatus: [],
};
const driver = (await loadDriver('http'))({
  target: { driver: 'http', url, secretUrl: undefined },
  operations: [{ type: 'read', batchSize: 1, http, statement: undefined, indexes: [], materials: {} }],
  collection: 'c',
  database: undefined,
  timeoutMs: 30_000,
  http,
  traceIds: undefined,
  sessions: CONNECTIONS,
  clock,
});
const mix = createMix([1], 0);
const sessions = await Promise.all(
  Array.from({ length: CONNECTIONS }, () => driver.connect(new AbortController().signal)),
);

/** @param {typeof Recorder} kind */
async function turn(kind) {
  const layout = tallyLayout(BOUNDS, false);
  const memory = allocateTally(layout);
  const share = new Share(0, 1, CONNECTIONS);
  const startMs = clock.nowMs();
  const recorder = new kind(memory, layout);
  const limits = { startMs, endMs: startMs + TURN_MS, operations: Infinity };
  const before = process.cpuUsage();
  const run = new JobRun({
    clock,
    share,
    sessions,
    mix,
    steps: [{ operation: 0, first: undefined }],
    phases: new Int32Array(1),
    stretches: [new Stretch({ recorders: [recorder], mix, share, tickets: undefined, ...limits })],
    overload: 'queue',
    timeoutMs: 30_000,
    thinkTimeMs: 0,
    drainMs: 5000,
    onFailure: (errorClass, failure) => console.error(errorClass, failure),
  });
  const { nextSequence } = await run.run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / nextSequence;
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
