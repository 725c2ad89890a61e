#!/usr/bin/env node
// Measures the cost of a scrape: over a thousand series read from shared memory and rendered here, and as many rendered by
// prom-client from its own counters and histograms; alternately, so that disturbances of the machine affect both.
// Environment: BENCH_TURNS.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ERROR_CLASSES } from '#dist/shared/outcome.js';
import { NO_LABEL_RULES } from '#dist/plan/label-rules.js';
import { createMetricsRegistry } from '#dist/metrics/metrics-registry.js';
import { formatOpenMetrics } from '#dist/metrics/open-metrics.js';
import { formatText, LabelCache } from '#dist/metrics/text.js';
import { tallyLayout } from '#dist/recorder/tally.js';
import { Recorder } from '#dist/recorder/recorder.js';
import { RunRecord } from '#dist/recorder/run-record.js';
import { median } from './machine.js';

const JOBS = 15;
const REQUESTS = 500;
const ROUNDS = Number(process.env['BENCH_TURNS'] ?? 400);
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const AGENT = '186.12.9.19';

/** @param {number} index */
const nameOf = (index) => `workload ${index}`;
/** @param {number} index */
const uuidOf = (index) => `9b2f1d3c-5a4e-4f7b-8c6d-0000000000${10 + index}`;

/** This project's metrics, from recorders to text. */
function openOurs() {
  const clock = { nowMs: () => performance.now(), epochMs: () => Date.now(), after: () => ({ cancel() {} }) };
  const common = {
    type: /** @type {const} */ ('read'),
    paced: true,
    durationMs: Infinity,
    operations: Infinity,
    warmUpMs: 0,
  };
  /** @type {Map<number, import('#dist/recorder/job-record.js').JobDescription[]>} */
  const jobs = new Map();
  for (let index = 0; index < JOBS; index++) jobs.set(index, [{ ...common, name: nameOf(index), uuid: uuidOf(index) }]);
  const run = { agent: AGENT, runId: 'run', workload: 'bench', jobs, bucketBounds: BOUNDS };
  const record = new RunRecord(run, clock);
  for (let index = 0; index < JOBS; index++) {
    const [job] = record.job(index);
    const [memory] = job?.open(1) ?? [];
    if (job === undefined || memory === undefined) throw new Error('a job has one record and one memory');
    job.begin(clock.nowMs());
    const recorder = new Recorder(memory.measured, tallyLayout(BOUNDS, true));
    for (let request = 0; request < REQUESTS; request++) {
      recorder.start();
      recorder.lag(Math.random() * 1000);
      recorder.finish(request % 14, Math.random() * 1000, Math.random() * 2000);
      recorder.traffic(100, 1000);
    }
  }
  const registry = createMetricsRegistry({
    agent: AGENT,
    build: { version: '0', commit: '', builtAt: '' },
    revision: { gitSha: '', branch: '' },
    // Rendered by prom-client on both sides, so left out on both.
    processMetrics: { read: async () => [] },
    clock,
    labelRules: NO_LABEL_RULES,
    goCompat: false,
    k6Compat: false,
    debug: { on: false },
    keepMs: 60_000,
  });
  const labelTexts = new LabelCache();
  const collect = () => registry.collect([record.snapshot('counts')]);
  return {
    text: async () => formatText(await collect(), { timestamps: false, labelTexts }),
    openMetrics: async () => formatOpenMetrics(await collect(), labelTexts),
  };
}

/** Metrics of prom-client with the same request families. */
function openTheirs() {
  const registry = new Registry();
  const labelNames = ['job', 'job_uuid', 'job_type', 'agent'];
  const registers = [registry];
  const jobs = Array.from({ length: JOBS }, (_, index) => ({
    job: nameOf(index),
    job_uuid: uuidOf(index),
    job_type: 'read',
    agent: AGENT,
  }));
  for (const name of ['requests_duration_seconds', 'requests_response_seconds', 'requests_schedule_lag_seconds']) {
    const histogram = new Histogram({ name, help: 'Help.', labelNames, buckets: BOUNDS, registers });
    for (const job of jobs) {
      for (let request = 0; request < REQUESTS; request++) histogram.observe(job, Math.random());
    }
  }
  for (const what of [
    'total',
    'error',
    'miss_total',
    'aborted_total',
    'skipped_total',
    'sent_bytes',
    'received_bytes',
  ]) {
    const counter = new Counter({ name: `requests_${what}`, help: 'Help.', labelNames, registers });
    for (const job of jobs) counter.inc(job, Math.floor(Math.random() * 1e6));
  }
  const classes = {
    name: 'requests_error_class_total',
    help: 'Help.',
    labelNames: [...labelNames, 'class'],
    registers,
  };
  const errors = new Counter(classes);
  for (const job of jobs) for (const errorClass of ERROR_CLASSES) errors.inc({ ...job, class: errorClass }, 3);
  const inFlight = new Gauge({ name: 'requests_in_flight', help: 'Help.', labelNames, registers });
  for (const job of jobs) inFlight.set(job, 7);
  return { text: () => registry.metrics() };
}

const ours = openOurs();
/** @type {{ name: string, render: () => Promise<string>, times: number[] }[]} */
const contenders = [
  { name: 'prom-client, text', render: openTheirs().text, times: [] },
  { name: 'ours, text', render: ours.text, times: [] },
  { name: 'ours, OpenMetrics', render: ours.openMetrics, times: [] },
];
for (let round = 0; round < 2 * ROUNDS; round++) {
  for (const { render, times } of contenders) {
    const startedMs = performance.now();
    await render();
    // The first half warms up the JIT compiler.
    if (round >= ROUNDS) times.push(performance.now() - startedMs);
  }
}
for (const { name, render, times } of contenders) {
  const series = (await render()).split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  const perThousand = (median(times) / series) * 1000;
  console.log(`${name}: ${series} series in ${median(times).toFixed(2)} ms, ${perThousand.toFixed(2)} ms a thousand`);
}
