#!/usr/bin/env node
// Runs the agent for a long time with everything on: a paced load, its page open, scrapes and pushes. Prints how fast its memory
// grows after the warm-up, and how long its main thread was blocked at most.
//
//   BENCH_SECONDS=1800 BENCH_PACE=1000 node test/bench/soak.js      after `npm run build`
//
// The memory of a process with a garbage collector is a saw: the lowest value of each minute counts. The slope is Theil's:
// the median of the slopes between all pairs of minutes; those of the even and the odd minutes alone show how sure it is.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBackground } from './background-client.js';
import { ours, result } from './clients.js';
import { has, median, secondsOf } from './machine.js';
import { freePort, startNginx } from './nginx.js';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 1800);
const PACE = Number(process.env['BENCH_PACE'] ?? 1000);
const SCRAPE_MS = 5000;
/** Minutes at the beginning that do not count. */
const WARM_UP_MINUTES = Math.max(1, Math.round(SECONDS / 60 / 6));
const MIB = 2 ** 20;

const folder = mkdtempSync(join(tmpdir(), 'loadbot-bench-'));
const nginx = await startNginx();
const background = await startBackground(1e9);
/** @type {(() => void)[]} */
const stops = [background.stop];
try {
  await soak();
} finally {
  for (const stop of stops) stop();
  await nginx.stop();
  await sleep(500);
  rmSync(folder, { recursive: true, force: true });
}

async function soak() {
  const [controlPort, metricsPort] = [await freePort(), await freePort()];
  const receiver = await startReceiver();
  const flags = ['--port', `${controlPort}`, '--metrics_export_port', `${metricsPort}`, '--allow_invalid'];
  const push = ['--metrics_export_url', receiver, '--metrics_export_interval_seconds', '5'];
  const [command = '', ...args] = ours(nginx.url, 20, SECONDS, [...flags, ...push], { pace: PACE });
  const agent = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => void agent.once('exit', resolve));
  stops.push(() => agent.kill('SIGKILL'));
  await sleep(3000);
  const page = `http://127.0.0.1:${controlPort}`;
  openPage(`${page}/`);
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
  console.log(
    `${PACE}/s to nginx for ${SECONDS} s; scrape and push each 5 s; page: ${has('chromium') ? 'Chromium' : 'a reader of its events'}`,
  );

  /** @type {{ minute: number, rss: number, heap: number, blockedMs: number }[]} */
  const samples = [];
  const began = performance.now();
  while (agent.exitCode === null) {
    await Promise.race([sleep(SCRAPE_MS), ended]);
    if (agent.exitCode !== null) break;
    const text = await scrape(`http://127.0.0.1:${metricsPort}/metrics`);
    if (text === undefined) continue;
    samples.push({
      minute: Math.floor((performance.now() - began) / 60_000),
      rss: valueOf(text, 'process_resident_memory_bytes'),
      heap: valueOf(text, 'nodejs_heap_size_used_bytes') + valueOf(text, 'nodejs_external_memory_bytes'),
      blockedMs: valueOf(text, 'nodejs_eventloop_lag_max_seconds') * 1000,
    });
    if (samples.length % 60 === 0)
      console.log(`${samples.length * 5} s: ${describe(samples.at(-1))}, ${secondsOf(agent.pid ?? 0)} CPU-seconds`);
  }
  console.log(`\nrequests: ${JSON.stringify(result().jobs[0].requests)}`);
  const counted = samples.filter(({ minute }) => minute >= WARM_UP_MINUTES);
  console.log(`after ${WARM_UP_MINUTES} minutes, ${counted.length} scrapes:`);
  console.log(`  resident memory  ${slope(counted, 'rss')}`);
  console.log(`  heap             ${slope(counted, 'heap')}`);
  const blocked = counted.map(({ blockedMs }) => blockedMs).toSorted((a, b) => b - a);
  console.log(
    `  main thread      blocked for ${blocked[0]?.toFixed(1)} ms at most, median of the scrapes ${median(blocked).toFixed(1)} ms`,
  );
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

/** @param {{ rss: number, heap: number, blockedMs: number } | undefined} sample */
function describe(sample) {
  if (sample === undefined) return '';
  return `${(sample.rss / MIB).toFixed(1)} MiB resident, heap ${(sample.heap / MIB).toFixed(1)} MiB, main thread blocked ${sample.blockedMs.toFixed(1)} ms`;
}

/**
 * @param {readonly { minute: number, rss: number, heap: number }[]} samples
 * @param {'rss' | 'heap'} field
 */
function slope(samples, field) {
  /** @type {Map<number, number>} */
  const minutes = new Map();
  for (const sample of samples) {
    minutes.set(sample.minute, Math.min(sample[field], minutes.get(sample.minute) ?? Infinity));
  }
  const lowest = [...minutes].map(([minute, bytes]) => ({ minute, bytes }));
  const perHour = theil(lowest);
  const halves = [
    theil(lowest.filter((_, index) => index % 2 === 0)),
    theil(lowest.filter((_, index) => index % 2 === 1)),
  ];
  const range = `${(Math.min(...lowest.map(({ bytes }) => bytes)) / MIB).toFixed(1)} to ${(Math.max(...lowest.map(({ bytes }) => bytes)) / MIB).toFixed(1)} MiB`;
  return `${perHour.toFixed(2)} MiB/h (even and odd minutes: ${halves.map((one) => one.toFixed(2)).join(' and ')}), ${range}`;
}

/** @param {readonly { minute: number, bytes: number }[]} points @returns {number} MiB per hour */
function theil(points) {
  const slopes = points.flatMap((a, index) =>
    points.slice(index + 1).map((b) => (b.bytes - a.bytes) / (b.minute - a.minute)),
  );
  return slopes.length === 0 ? NaN : (median(slopes) * 60) / MIB;
}
