#!/usr/bin/env node
// Checks that background work does not disturb a load: healthy and failing sources, scrapes of the agent, its live
// page, receivers that are down or hang. Each is on and off in turn within one run, so that both meet the same machine, and the agent itself separates the
// requests of both apart: being on is a phase.
//
//   node test/bench/disturbance.js [WORD...]      only those with one of these words in the name
//   BENCH_SECONDS=120 BENCH_TURN_SECONDS=4
//
// Rates are of unpaced runs: the median ratio of neighbouring turns, with the interval of the sign test. The p99 is that of the
// response time of paced runs, with the interval that the result file gives.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBackground, startPages, startScraper, startSlowReaders } from './background-client.js';
import { ours, result } from './clients.js';
import { has, measure, pinned } from './machine.js';
import { freePort, startNginx } from './nginx.js';
import { medianOf } from './pairs.js';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 120);
const TURN_SECONDS = Number(process.env['BENCH_TURN_SECONDS'] ?? 4);
const CONNECTIONS = 20;
const PACE = 500;
/** By how much each may get worse. */
const MOST = { rate: 0.01, p99: 0.05 };
/** From the beginning of a run to the first turn. */
const SETTLE_MS = 2000;

/**
 * @typedef {{ name: string, flags?: string[], sources?: object[], jobs?: object[], client?: () => { describe: () => string, stop: () => void } }} Disturbance
 * @typedef {{ value: number, low?: number | undefined, high?: number | undefined }} Ratio
 */

if (!has('nginx')) {
  console.error('bench: nginx is needed as the server under load, and is not here: apt-get install nginx-light');
  process.exit(1);
}
// This process is background work itself, and stays away from the client's core.
if (pinned) spawnSync('taskset', ['-cp', '1', String(process.pid)]);
const [nginx, background] = [await startNginx(), await startBackground(TURN_SECONDS * 1000)];
const [port, controlPort] = [await freePort(), await freePort()];
try {
  const words = process.argv.slice(2);
  const chosen = disturbances().filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
  console.log(
    `${CONNECTIONS} connections to nginx on loopback, ${pinned ? 'the server on one core' : 'not pinned'}; runs of ${SECONDS} s, ` +
      `unpaced and at ${PACE}/s; on and off for ${TURN_SECONDS} s in turn\n`,
  );
  console.log(`${''.padEnd(26)}${'requests/s'.padStart(30)}${`p99 at ${PACE}/s`.padStart(30)}`);
  for (const one of chosen) await reportRatios(one);
} finally {
  background.stop();
  await nginx.stop();
}

/** @returns {readonly Disturbance[]} */
function disturbances() {
  /** @param {string} path */
  const source = (path) => ({
    sources: [{ name: 'beside', url: `${background.url}${path}`, interval: '1s', timeout: '900ms' }],
  });
  /** @param {string} url */
  const receiver = (url) => ({
    flags: ['--metrics_export_url', `${url}/api/v1/import/prometheus`, '--metrics_export_interval_seconds', '1'],
  });
  const exposed = {
    flags: ['--metrics_export_port', String(port)],
    // Jobs that are still to come are exposed too: about a thousand series.
    jobs: Array.from({ length: 6 }, (_, index) => ({
      name: `later ${index}`,
      type: 'read',
      collection: 'c',
      http: { path: '/' },
      operations: 1,
    })),
  };
  return [
    { name: 'source of 1,000 series', ...source('/healthy') },
    { name: 'source that takes 400 ms', ...source('/slow') },
    { name: 'source that hangs', ...source('/hang') },
    { name: 'scrape each second', ...exposed, client: () => startScraper(port, background.isOn) },
    {
      name: '10 live pages',
      flags: ['--port', String(controlPort)],
      client: () => startPages(controlPort, background.isOn, 10),
    },
    { name: '300 slow readers', ...exposed, client: () => startSlowReaders(port, background.isOn, 300) },
    { name: 'receiver that is dead', ...receiver(background.mortalUrl) },
    { name: 'receiver that hangs', ...receiver(background.url) },
  ];
}

/** @param {Disturbance} disturbance */
async function reportRatios(disturbance) {
  const rate = medianOf(ratiosOf((await run(disturbance, {})).timeline, spansOf(result())));
  const paced = await run(disturbance, { pace: PACE });
  const { difference, outside } = paced.phases[0];
  const base = outside.latency.percentiles_seconds.p99;
  /** @param {number | null | undefined} seconds */
  const ratioOf = (seconds) => (typeof seconds === 'number' ? 1 + seconds / base : undefined);
  const { seconds, low_seconds: low, high_seconds: high } = difference.p99 ?? {};
  const p99 = { value: ratioOf(seconds) ?? NaN, low: ratioOf(low), high: ratioOf(high) };
  console.log(`${disturbance.name.padEnd(26)}${cell(rate).padStart(30)}${cell(p99).padStart(30)}`);
  // A rate gets worse as it falls, a latency as it rises.
  const fallen = { value: 2 - rate.value, low: rate.high && 2 - rate.high, high: rate.low && 2 - rate.low };
  console.log(`${''.padEnd(26)}${verdict(fallen, MOST.rate).padStart(30)}${verdict(p99, MOST.p99).padStart(30)}`);
}

/** @param {Disturbance} disturbance @param {object} job */
async function run({ flags = [], sources = [], jobs = [], client }, job) {
  const watch = { name: 'watch', url: `${background.url}/is_on`, interval: '100ms', timeout: '90ms' };
  const workload = { jobs, sources: [watch, ...sources], phases: { on: 'background_on == 1' } };
  const argv = ours(
    nginx.url,
    CONNECTIONS,
    SECONDS,
    ['--allow_invalid', ...flags],
    { warm_up: '1s', ...job },
    workload,
  );
  const running = client?.();
  // Its main thread has a core to go to, as it should.
  const done = measure(argv, false);
  await sleep(SETTLE_MS);
  background.begin();
  await done;
  running?.stop();
  if (running !== undefined) console.log(running.describe());
  return result().jobs[0];
}

/** @param {ReturnType<typeof result>} document @returns {readonly [number, number][]} */
function spansOf(document) {
  return document.phases[0].spans;
}

/**
 * The rate of each turn that is on, over the mean of its neighbours that are off. Only whole rows of the timeline count.
 * @param {{ at_seconds: number[], seconds: number[], requests: number[] }} timeline
 * @param {readonly [number, number][]} spans in which it was on
 */
function ratiosOf({ at_seconds: ends, seconds, requests }, spans) {
  /** @type {{ isOn: boolean, requests: number, seconds: number }[]} */
  const turns = [];
  for (const [row, end] of ends.entries()) {
    const lasted = seconds[row] ?? 0;
    const begin = end - lasted;
    const isOn = spans.some(([from, to]) => begin >= from && end <= to);
    if (!isOn && spans.some(([from, to]) => begin < to && end > from)) continue;
    const last = turns.at(-1);
    if (last?.isOn !== isOn) turns.push({ isOn, requests: requests[row] ?? 0, seconds: lasted });
    else Object.assign(last, { requests: last.requests + (requests[row] ?? 0), seconds: last.seconds + lasted });
  }
  return turns.flatMap((turn, index) => {
    const [before, after] = [turns[index - 1], turns[index + 1]];
    if (!turn.isOn || before === undefined || after === undefined) return [];
    const beside = (before.requests / before.seconds + after.requests / after.seconds) / 2;
    return [turn.requests / turn.seconds / beside];
  });
}

/** @param {Ratio} ratio */
function cell({ value, low, high }) {
  /** @param {number} ratio */
  const percent = (ratio) => `${ratio < 1 ? '' : '+'}${((ratio - 1) * 100).toFixed(2)}`;
  return low === undefined || high === undefined
    ? `${percent(value)} %`
    : `${percent(value)} % (${percent(low)} to ${percent(high)})`;
}

/** @param {Ratio} worsening 1 where nothing has changed @param {number} most */
function verdict({ low, high }, most) {
  const limit = `${(most * 100).toFixed(0)} %`;
  if (low === undefined || high === undefined) return 'undecided, needs a longer run';
  if (high - 1 < most) return `less than ${limit}`;
  return low - 1 > most ? `MORE THAN ${limit}` : `${limit}: undecided, needs a longer run`;
}
