#!/usr/bin/env node
// Checks that background work does not disturb a load: healthy and failing sources, scrapes of the agent, its live
// page, receivers that are down or hang. Each is on and off in turn within one run, so that both meet the same machine, and the agent itself separates the
// requests of both apart: being on is a phase.
//
//   node test/bench/disturbance.js [WORD...]      only those with one of these words in the name
//   BENCH_SECONDS=120 BENCH_TURN_SECONDS=4 BENCH_PACE=500 BENCH_ONLY=paced (or unpaced)
//
// Rates are of unpaced runs: the median ratio of neighbouring turns, with the interval of the sign test. The p99 is that of the
// response time of paced runs: of all requests, with the interval that the result file gives, and that of each second, as the
// median ratio of neighbouring turns, which a single stop of the machine does not move.
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBackground, startPages, startScraper, startSlowReaders } from './background-client.js';
import { ours, result } from './clients.js';
import { MACHINE, measure, pinned } from './machine.js';
import { freePort, startNginx } from './nginx.js';
import { medianOf } from './pairs.js';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 120);
const TURN_SECONDS = Number(process.env['BENCH_TURN_SECONDS'] ?? 4);
const CONNECTIONS = 20;
const PACE = Number(process.env['BENCH_PACE'] ?? 500);
const ONLY = process.env['BENCH_ONLY'];
/** By how much each may get worse. */
const MOST = { rate: 0.01, p99: 0.05 };
/** From the beginning of a run to the first turn. */
const SETTLE_MS = 2000;

/**
 * @typedef {{ name: string, flags?: string[], sources?: object[], jobs?: object[], client?: () => { describe: () => string, stop: () => void } }} Disturbance
 * @typedef {{ value: number, low?: number | undefined, high?: number | undefined }} Ratio
 */

// This process is background work itself, and stays away from the client's core.
if (pinned) spawnSync('taskset', ['-cp', '1', String(process.pid)]);
const [nginx, background] = [await startNginx(), await startBackground(TURN_SECONDS * 1000)];
const [port, controlPort] = [await freePort(), await freePort()];
try {
  const words = process.argv.slice(2);
  const chosen = disturbances().filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  console.log(MACHINE);
  console.log(
    `${CONNECTIONS} connections to nginx on loopback, ${pinned ? 'the server on one core' : 'not pinned'}; runs of ${SECONDS} s, ` +
      `unpaced and at ${PACE}/s; on and off for ${TURN_SECONDS} s in turn\n`,
  );
  console.log(
    `${''.padEnd(26)}${'requests/s'.padStart(30)}${`p99 at ${PACE}/s`.padStart(30)}${'p99 of each second'.padStart(30)}`,
  );
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
  const rate = ONLY === 'paced' ? undefined : await rateOf(disturbance);
  const [p99, each] = ONLY === 'unpaced' ? [] : await latenciesOf(disturbance);
  /** @param {(string | undefined)[]} cells */
  const row = (cells) => cells.map((text) => (text ?? '').padStart(30)).join('');
  /** @param {Ratio | undefined} ratio */
  const shown = (ratio) => ratio && cell(ratio);
  console.log(disturbance.name.padEnd(26) + row([shown(rate), shown(p99), shown(each)]));
  const verdicts = [
    rate && verdict(fallen(rate), MOST.rate),
    p99 && verdict(p99, MOST.p99),
    each && verdict(each, MOST.p99),
  ];
  console.log(''.padEnd(26) + row(verdicts));
}

/** @param {Disturbance} disturbance @returns {Promise<Ratio>} */
async function rateOf(disturbance) {
  const { timeline } = await run(disturbance, {});
  return medianOf(ratiosOf(timeline, spansOf(result()), timeline.requests));
}

/** The p99 of all requests, and of each second. @param {Disturbance} disturbance @returns {Promise<[Ratio, Ratio]>} */
async function latenciesOf(disturbance) {
  const { timeline, phases } = await run(disturbance, { pace: PACE });
  const { difference, outside } = phases[0];
  const base = outside.latency.percentiles_seconds.p99;
  /** @param {number | null | undefined} seconds */
  const ratioOf = (seconds) => (typeof seconds === 'number' ? 1 + seconds / base : undefined);
  const { seconds, low_seconds: low, high_seconds: high } = difference.p99 ?? {};
  const p99s = timeline.p99_seconds.map(
    (/** @type {number} */ p99, /** @type {number} */ row) => p99 * timeline.seconds[row],
  );
  return [
    { value: ratioOf(seconds) ?? NaN, low: ratioOf(low), high: ratioOf(high) },
    medianOf(ratiosOf(timeline, spansOf(result()), p99s)),
  ];
}

/** A rate gets worse as it falls, a latency as it rises. @param {Ratio} rate @returns {Ratio} */
function fallen({ value, low, high }) {
  return { value: 2 - value, low: high && 2 - high, high: low && 2 - low };
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
 * The mean of each turn that is on, over that of its neighbours that are off. Only whole rows of the timeline count.
 * @param {{ at_seconds: number[], seconds: number[] }} timeline
 * @param {readonly [number, number][]} spans in which it was on
 * @param {number[]} sums of the rows: a value multiplied by the seconds of the row
 */
function ratiosOf({ at_seconds: ends, seconds }, spans, sums) {
  /** @type {{ isOn: boolean, sum: number, seconds: number }[]} */
  const turns = [];
  for (const [row, end] of ends.entries()) {
    const lasted = seconds[row] ?? 0;
    const begin = end - lasted;
    const isOn = spans.some(([from, to]) => begin >= from && end <= to);
    if (!isOn && spans.some(([from, to]) => begin < to && end > from)) continue;
    const last = turns.at(-1);
    if (last?.isOn !== isOn) turns.push({ isOn, sum: sums[row] ?? 0, seconds: lasted });
    else Object.assign(last, { sum: last.sum + (sums[row] ?? 0), seconds: last.seconds + lasted });
  }
  return turns.flatMap((turn, index) => {
    const [before, after] = [turns[index - 1], turns[index + 1]];
    if (!turn.isOn || before === undefined || after === undefined) return [];
    const beside = (before.sum / before.seconds + after.sum / after.seconds) / 2;
    return [turn.sum / turn.seconds / beside];
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
