#!/usr/bin/env node
// Measures the frames that an agent of a fleet sends: bytes, processor time of encoding, and of adding at the coordinator,
// for each second of load. Durations are log-normal, with a long tail. Environment: BENCH_TURNS.
import { addFrame } from '#dist/fleet/wire/frame.js';
import { FrameEncoder } from '#dist/fleet/wire/frame-encoder.js';
import { OK } from '#dist/shared/outcome.js';
import { allocateTally, tallyLayout } from '#dist/recorder/tally.js';
import { Recorder } from '#dist/recorder/recorder.js';

/** Turns in which all frames are added some times; the fastest one counts, after the code is compiled. */
const ADD_TURNS = 60;
/** Counts that a turn adds at least: the processor time of one frame is too short to be measured. */
const ADD_REQUESTS = 800_000;
const TURNS = Number(process.env['BENCH_TURNS'] ?? 30);
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const MEDIAN_MS = 3;
/** Standard deviation of the logarithm: the 99th percentile is 16 times the median. */
const DEVIATION = 1.2;

function drawMs() {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return MEDIAN_MS * Math.exp(DEVIATION * normal);
}

/**
 * Runs `work`, and returns its result and its processor time in microseconds.
 * @template Result
 * @param {() => Result} work
 * @returns {[Result, number]}
 */
function measure(work) {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [result, user + system];
}

/** @param {number} rate @param {number} threads @param {number} phases */
function bench(rate, threads, phases) {
  const layout = tallyLayout(BOUNDS, true, true, true);
  // The measured tally, and one for each phase, which is active all the time.
  const tallies = Array.from({ length: 1 + phases }, () => {
    const memories = Array.from({ length: threads }, () => allocateTally(layout));
    return {
      recorders: memories.map((memory) => new Recorder(memory, layout)),
      slots: memories.map((memory) => new Float64Array(memory)),
      encoder: new FrameEncoder(layout),
      target: new Float64Array(layout.length),
    };
  });
  let sequence = 0;
  /** @type {{ frames: (Uint8Array | undefined)[]; bytes: number; encodeUs: number }[]} */
  const seconds = [];
  for (let turn = 0; turn < TURNS; turn++) {
    for (let n = 0; n < rate; n++) {
      const serviceMs = drawMs();
      for (const { recorders } of tallies) {
        const recorder = recorders[n % threads];
        if (recorder === undefined) continue;
        recorder.start();
        recorder.lag(serviceMs / 100);
        recorder.traffic(100, 2000);
        recorder.status(200);
        recorder.finish(OK, serviceMs, serviceMs * 1.01, sequence, turn * 1000);
      }
      sequence++;
    }
    const [frames, encodeUs] = measure(() => tallies.map(({ encoder, slots }) => encoder.cut(slots)));
    const bytes = frames.reduce((total, frame) => total + (frame?.length ?? 0), 0);
    // The first seconds are compiled.
    if (turn >= TURNS / 3) seconds.push({ frames, bytes, encodeUs });
  }
  const add = () => {
    for (const { frames } of seconds) {
      for (const [index, frame] of frames.entries()) {
        const tally = tallies[index];
        if (frame !== undefined && tally !== undefined) addFrame(tally.target, layout, frame);
      }
    }
  };
  const rounds = Math.ceil(ADD_REQUESTS / rate / seconds.length);
  const turns = Array.from({ length: ADD_TURNS }, () => {
    const [, addedUs] = measure(() => {
      for (let round = 0; round < rounds; round++) add();
    });
    return addedUs / rounds / seconds.length;
  });
  const addUs = Math.min(...turns);
  /** @param {'bytes' | 'encodeUs'} key */
  const mean = (key) => seconds.reduce((total, second) => total + second[key], 0) / seconds.length;
  console.log(
    `${rate} requests/s, ${threads} threads, ${phases} phases: ${(mean('bytes') / 1000).toFixed(1)} KB, ` +
      `${(mean('encodeUs') / 1000).toFixed(2)} ms to encode, ${addUs.toFixed(0)} µs to add`,
  );
}

for (const [rate, threads, phases] of [
  [20, 4, 0],
  [2000, 4, 0],
  [20_000, 4, 0],
  [20_000, 8, 2],
]) {
  bench(rate ?? 0, threads ?? 0, phases ?? 0);
}
