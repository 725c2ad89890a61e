import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { has, measure, onCore } from './machine.js';
import { PACED_CLIENTS, PACES } from './paced-rows.js';
import { INVALID, whole } from './rows.js';

const SECONDS = 2;

/** @param {number[]} sorted @param {number} share */
const quantile = (sorted, share) => sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;

/**
 * How late the requests of a paced load arrive at their server, in microseconds. The schedule is the one of the same pace that no
 * request precedes, so the smallest delay is 0.
 * @param {number[]} arrivals @param {number} pace
 */
function delaysOf(arrivals, pace) {
  const offsets = arrivals.toSorted((a, b) => a - b).map((time, index) => time - (index * 1e6) / pace);
  const first = offsets.reduce((least, offset) => Math.min(least, offset), Infinity);
  return offsets.map((offset) => offset - first).toSorted((a, b) => a - b);
}

/** Requests at a time: those that arrive within a third of an interval of each other, on average. @param {number[]} arrivals @param {number} pace */
function meanBurst(arrivals, pace) {
  const sorted = arrivals.toSorted((a, b) => a - b);
  const bursts = sorted.filter((time, index) => time - (sorted[index - 1] ?? -Infinity) > 1e6 / pace / 3);
  return sorted.length / bursts.length;
}

/** Prints the punctuality of paced loads as a server measures it. */
export async function printArrivals() {
  const [command, args] = onCore(1, [process.execPath, fileURLToPath(new URL('arrival-server.js', import.meta.url))]);
  const server = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = await once(server.stdout, 'data');
    const url = `http://127.0.0.1:${String(port).trim()}`;
    console.log(`\nµs from schedule to server     p50       p90       p99   requests at a time`);
    for (const pace of PACES) {
      for (const { name, needs, argv } of PACED_CLIENTS) {
        if (!has(needs)) continue;
        await measure(argv(url, pace, SECONDS), true, [0, INVALID]);
        const arrivals = /** @type {number[]} */ (await (await fetch(`${url}/arrivals`)).json());
        const delays = delaysOf(arrivals, pace);
        const shown = [0.5, 0.9, 0.99].map((share) => whole(quantile(delays, share)).padStart(10)).join('');
        const burst = meanBurst(arrivals, pace).toFixed(1).padStart(21);
        console.log(`${`${whole(pace)}/s ${name}`.padEnd(24)}${shown}${burst}`);
      }
    }
  } finally {
    const closed = once(server, 'close');
    server.kill();
    await closed;
  }
}
