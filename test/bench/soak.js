#!/usr/bin/env node
// Runs the agent for a long time with everything on: a paced load, its page open, scrapes and pushes. Prints how fast its memory
// grows after the warm-up, and how long its main thread was blocked at most.
//
//   BENCH_SECONDS=1800 BENCH_PACE=1000 node test/bench/soak.js      after `npm run build`
//   BENCH_SECONDS=5640 BENCH_WARM_UP_MINUTES=62 BENCH_WARM_UP_SCRAPE_MS=400 node test/bench/soak.js
//
// More scrapes in the warm-up stand for more hours: in one run, the C library's heap stopped growing after some 8,700.
//
// The thread is blocked where it computes: the time in which it waits for a processor, on a busy machine, is shown beside it.
// Two figures of memory: that of the process, of which the lowest value of each minute counts, because the garbage
// collector makes it a saw; and the live heap of its main thread, after a collection once a minute. A collection blocks the
// thread, so the scrapes around it do not count for that. Compiled code is shown apart from data. The slope is Theil's: the median of the slopes between all pairs of
// minutes; those of the even and the odd minutes alone show how sure it is.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBackground } from './background-client.js';
import { ours, result } from './clients.js';
import { openLiveHeap } from './live-heap.js';
import { has, MACHINE, median, secondsOf } from './machine.js';
import { freePort, startNginx } from './nginx.js';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 1800);
const PACE = Number(process.env['BENCH_PACE'] ?? 1000);
const SCRAPE_MS = 5000;
/** Interval of the scrapes in the warm-up. */
const WARM_UP_SCRAPE_MS = Number(process.env['BENCH_WARM_UP_SCRAPE_MS'] ?? SCRAPE_MS);
/** Minutes at the beginning that do not count. */
const WARM_UP_MINUTES = Number(process.env['BENCH_WARM_UP_MINUTES'] ?? Math.max(1, Math.round(SECONDS / 60 / 6)));
const MIB = 2 ** 20;
const isTurnMetered = process.platform === 'linux';
const TURN_METER = new URL('turn-meter.js', import.meta.url).href;

const folder = mkdtempSync(join(tmpdir(), 'loadbot-bench-'));
const nginx = await startNginx();
const background = await startBackground(1e9);
/** @type {(() => void)[]} */
const stops = [() => background.stop()];
try {
  await soak();
} finally {
  for (const stop of stops) stop();
  await nginx.stop();
  await sleep(500);
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @typedef {{ minute: number, bytes: number }} Memory
 * @typedef {Memory & { blockedMs: number }} Scrape
 * @typedef {{ cpuMs: number, waitedMs: number, elapsedMs: number, atSeconds: number }} Turn
 */

async function soak() {
  const [controlPort, metricsPort] = [await freePort(), await freePort()];
  const receiver = await startReceiver();
  const flags = ['--port', `${controlPort}`, '--metrics_export_port', `${metricsPort}`, '--allow_invalid'];
  const push = ['--metrics_export_url', receiver, '--metrics_export_interval_seconds', '5'];
  const [command = '', ...args] = ours(nginx.url, 20, SECONDS, [...flags, ...push], { pace: PACE });
  const agent = spawn(command, ['--inspect=127.0.0.1:0', '--import', TURN_METER, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => void agent.once('exit', resolve));
  stops.push(() => agent.kill('SIGKILL'));
  const heap = await openLiveHeap(agent.stderr);
  await sleep(3000);
  openPage(`http://127.0.0.1:${controlPort}/`);
  const page = has('chromium') ? 'Chromium' : 'a reader of its events';
  console.log(MACHINE);
  console.log(`${PACE}/s to nginx for ${SECONDS} s; scrape and push each 5 s; page: ${page}`);
  const { NODE_OPTIONS: options = '', MALLOC_ARENA_MAX: arenas = '' } = process.env;
  console.log(
    `warm-up: a scrape each ${WARM_UP_SCRAPE_MS} ms; NODE_OPTIONS '${options}', MALLOC_ARENA_MAX '${arenas}'`,
  );

  /** @type {Scrape[]} */
  const scrapes = [];
  /** @type {({ minute: number } & import('./live-heap.js').LiveBytes)[]} */
  const live = [];
  /** @type {(Turn & { minute: number })[]} */
  const turns = [];
  const began = performance.now();
  const minuteNow = () => Math.floor((performance.now() - began) / 60_000);
  while (agent.exitCode === null) {
    await Promise.race([sleep(minuteNow() < WARM_UP_MINUTES ? WARM_UP_SCRAPE_MS : SCRAPE_MS), ended]);
    const minute = minuteNow();
    const text = await scrape(`http://127.0.0.1:${metricsPort}/metrics`);
    if (text === undefined) continue;
    scrapes.push({
      minute,
      bytes: valueOf(text, 'process_resident_memory_bytes'),
      blockedMs: valueOf(text, 'nodejs_eventloop_lag_max_seconds') * 1000,
    });
    if (SECONDS * 1000 < performance.now() - began + 15_000) {
      heap.close(); // a process waits for its debugger at its end
      continue;
    }
    if (isTurnMetered) turns.push({ minute, ...JSON.parse(await heap.evaluate('readLongestTurn()')) });
    if (minute !== live.at(-1)?.minute) {
      live.push({ minute, ...(await heap.liveBytes()) });
      // The collection is in the next reading and the next scrape.
      await sleep(50);
      if (isTurnMetered) await heap.evaluate('readLongestTurn()');
      await scrape(`http://127.0.0.1:${metricsPort}/metrics`);
      if (minute % 5 !== 0) continue;
      const { heap: held = NaN, code = NaN, arrays = NaN } = live.at(-1) ?? {};
      console.log(
        `minute ${minute}: ${mib(scrapes.at(-1)?.bytes ?? NaN)} resident; live: objects ${mib(held - code)}, arrays ${mib(arrays)}, code ${mib(code)}; ${secondsOf(agent.pid ?? 0)} CPU-seconds`,
      );
    }
  }
  console.log(`\nrequests: ${JSON.stringify(result().jobs[0].requests)}`);
  const counted = scrapes.filter(({ minute }) => minute >= WARM_UP_MINUTES);
  console.log(`after ${WARM_UP_MINUTES} minutes, ${counted.length} scrapes:`);
  console.log(`  resident memory  ${slope(lowestOfMinutes(counted))}`);
  const late = live.filter(({ minute }) => minute >= WARM_UP_MINUTES);
  console.log(
    `  live data        ${slope(late.map((now) => ({ minute: now.minute, bytes: now.heap - now.code + now.arrays })))}`,
  );
  console.log(`  of it, arrays    ${slope(late.map(({ minute, arrays }) => ({ minute, bytes: arrays })))}`);
  console.log(`  compiled code    ${slope(late.map(({ minute, code }) => ({ minute, bytes: code })))}`);
  const blocked = counted.map(({ blockedMs }) => blockedMs);
  console.log(
    `  main thread      late by ${Math.max(...blocked).toFixed(1)} ms at most, median of the scrapes ${median(blocked).toFixed(1)} ms`,
  );
  const longest = turns.filter(({ minute }) => minute >= WARM_UP_MINUTES).toSorted((a, b) => b.cpuMs - a.cpuMs);
  const [worst] = longest;
  if (worst === undefined) return;
  console.log(
    `                   computed for ${worst.cpuMs.toFixed(1)} ms at a stretch at most (of ${worst.elapsedMs.toFixed(1)} ms, ${worst.waitedMs.toFixed(1)} of them waiting for a processor), ` +
      `median of the scrapes ${median(longest.map(({ cpuMs }) => cpuMs)).toFixed(1)} ms`,
  );
  const over = longest.slice(0, 5).map(({ cpuMs, atSeconds }) => `${cpuMs.toFixed(1)} ms at ${atSeconds.toFixed(1)} s`);
  console.log(`                   longest: ${over.join(', ')}`);
}

/** URL that pushes go to: VictoriaMetrics where there is one. */
async function startReceiver() {
  if (!has('victoria-metrics')) return `${background.url}/is_on`;
  const port = await freePort();
  const server = spawn(
    'victoria-metrics',
    [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${folder}/data`, '-memory.allowedBytes=64MB'],
    { stdio: 'ignore' },
  );
  stops.push(() => server.kill('SIGKILL'));
  await sleep(2000);
  return `http://127.0.0.1:${port}/api/v1/import/prometheus`;
}

/** @param {string} url */
function openPage(url) {
  if (has('chromium')) {
    const browser = spawn(
      'chromium',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--remote-debugging-port=0',
        `--user-data-dir=${folder}/profile`,
        url,
      ],
      { stdio: 'ignore' },
    );
    stops.push(() => browser.kill('SIGKILL'));
    return;
  }
  const reading = new AbortController();
  stops.push(() => reading.abort());
  const read = async () => {
    const response = await fetch(`${url}events`, { signal: reading.signal });
    for await (const _ of response.body ?? []);
  };
  read().catch(() => undefined);
}

/** @param {string} url */
async function scrape(url) {
  try {
    return await (await fetch(url)).text();
  } catch {
    return undefined; // it has just ended
  }
}

/** @param {string} text @param {string} name */
function valueOf(text, name) {
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1]);
}

/** @param {readonly Memory[]} samples @returns {readonly Memory[]} */
function lowestOfMinutes(samples) {
  /** @type {Map<number, number>} */
  const minutes = new Map();
  for (const { minute, bytes } of samples) minutes.set(minute, Math.min(bytes, minutes.get(minute) ?? Infinity));
  return [...minutes].map(([minute, bytes]) => ({ minute, bytes }));
}

/** @param {readonly Memory[]} points */
function slope(points) {
  const halves = [0, 1].map((rest) => theil(points.filter((_, index) => index % 2 === rest)).toFixed(2));
  const values = points.map(({ bytes }) => bytes);
  return `${theil(points).toFixed(2)} MiB/h (even and odd minutes: ${halves.join(' and ')}), ${mib(Math.min(...values))} to ${mib(Math.max(...values))}`;
}

/** @param {readonly Memory[]} points @returns {number} MiB per hour */
function theil(points) {
  const slopes = points.flatMap((a, index) =>
    points.slice(index + 1).map((b) => (b.bytes - a.bytes) / (b.minute - a.minute)),
  );
  return slopes.length === 0 ? NaN : (median(slopes) * 60) / MIB;
}

/** @param {number} bytes */
function mib(bytes) {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
